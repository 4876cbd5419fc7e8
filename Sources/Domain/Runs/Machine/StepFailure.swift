package import Workflows

/// Why a step failed.
package struct StepFailure: Sendable, Hashable {
    package var code: FailureCode
    package var message: String
    /// Where it began: the step itself, or the one inside a container that made it fail.
    package var origin: StepKey

    package init(code: FailureCode, message: String, origin: StepKey) {
        self.code = code
        self.message = message
        self.origin = origin
    }
}
