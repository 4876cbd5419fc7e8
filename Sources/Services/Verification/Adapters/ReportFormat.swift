import QualityReports

/// The shapes of reports that are understood, each leading to one of the neutral forms.
enum ReportFormat: Sendable, Hashable {
    case tests(TestFormat)
    case coverage(CoverageFormat)
    case findings(FindingsFormat)
    case complexity(ComplexityFormat)
    case performance(PerformanceFormat)
}
