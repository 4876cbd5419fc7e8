/// What a verification is to find out.
package enum VerificationKind: String, Sendable, Hashable, Codable, CaseIterable {
    case unitTests = "unit-tests"
    case integrationTests = "integration-tests"
    case coverage, lint
    case lintFix = "lint-fix"
    case security, complexity, dependencies, performance

    /// Whether it runs the project's tests, of which there must be at least one.
    package var runsTests: Bool { self == .unitTests || self == .integrationTests || self == .coverage }

    /// As a sentence names it.
    package var words: String {
        switch self {
        case .unitTests: "unit tests"
        case .integrationTests: "integration tests"
        case .coverage: "code coverage"
        case .lint: "linter"
        case .lintFix: "linter with its fixes"
        case .security: "security check"
        case .complexity: "complexity"
        case .dependencies: "dependency check"
        case .performance: "performance test"
        }
    }
}

/// The world of a language's programs.
package enum Ecosystem: String, Sendable, Hashable, Codable, CaseIterable {
    case python, node, go, rust, swift
    /// Programs that look at files of any language.
    case any
}
