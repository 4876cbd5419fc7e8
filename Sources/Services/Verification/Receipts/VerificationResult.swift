package import QualityReports
package import Timekeeping

/// What one program found, in the neutral form, with its receipt where it ran.
package struct VerificationResult: Sendable, Hashable, Codable {
    package var adapter: String
    package var kind: VerificationKind
    package var folder: String
    package var status: VerificationStatus
    package var report: VerificationReport?
    /// What the log says of a failure that no report tells of, or a note that goes with the status.
    package var excerpt: String
    /// Files of the project that the program wrote, relative to its top.
    package var changedPaths: [String]
    package var receipt: VerificationReceipt?
    /// When the receipt was made, where this is an earlier result that still stands.
    package var reusedFrom: Timestamp?

    /// A program that was not started.
    static func notRun(_ adapter: Adapter, _ part: ProjectPart, _ reason: String) -> VerificationResult {
        VerificationResult(
            adapter: adapter.name, kind: adapter.kind, folder: part.folder, status: .couldNotRun(reason: reason),
            report: nil, excerpt: "", changedPaths: [], receipt: nil, reusedFrom: nil)
    }
}

/// A report in one of the neutral forms.
package enum VerificationReport: Sendable, Hashable, Codable {
    case tests(TestReport)
    case coverage(CoverageReport)
    case findings(FindingsReport)
    case complexity(ComplexityReport)
    case performance(PerformanceReport)
}
