import Terminal
import Verification

/// What several results mean together: proven only where something passed and nothing else happened.
enum VerificationVerdict: String, Sendable, Hashable {
    case passed, failed
    case couldNotRun = "could not run"

    init(_ results: [VerificationResult]) {
        if results.contains(where: { $0.status == .failed }) {
            self = .failed
        } else if !results.isEmpty, results.allSatisfy({ $0.status == .passed }) {
            self = .passed
        } else {
            self = .couldNotRun
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .passed: .done
        case .failed: .failed
        case .couldNotRun: .usage
        }
    }

    func sentence(_ style: TextStyle) -> String {
        switch self {
        case .passed: style.green("✓ passed on this tree")
        case .failed: style.red("✗ failed")
        case .couldNotRun: style.yellow("! not everything could run, so the tree is not proven")
        }
    }
}
