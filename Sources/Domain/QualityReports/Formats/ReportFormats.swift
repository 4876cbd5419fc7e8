/// The forms in which tools report tests.
package enum TestFormat: String, Codable, Hashable, Sendable, CaseIterable {
    /// Of pytest, jest-junit, Maven, Gradle, `swift test --xunit-output`, `cargo nextest` and many more.
    case junit
    /// `go test -json`.
    case goTest
    /// The plain text of `cargo test`.
    case libtest
    /// The Test Anything Protocol, as `node --test --test-reporter=tap` writes it.
    case tap
    /// `jest --json` and `vitest --reporter=json`.
    case jest
    /// The plain text of `python -m unittest -v`.
    case unittest
}

/// The forms in which tools report coverage.
package enum CoverageFormat: String, Codable, Hashable, Sendable, CaseIterable {
    case cobertura
    case lcov
    /// `go test -coverprofile`; paths are import paths.
    case goCover
    /// `coverage json`.
    case coveragePy
    /// `llvm-cov export`, as of `swift test --enable-code-coverage` and `cargo llvm-cov --json`.
    case llvmCov
}

/// The forms in which tools report findings.
package enum FindingsFormat: String, Codable, Hashable, Sendable, CaseIterable {
    case sarif
    /// `ruff check --output-format json`.
    case ruff
    case bandit
    /// `eslint -f json`.
    case eslint
    /// `go vet -json`.
    case goVet
    /// `staticcheck -f json`.
    case staticcheck
    /// `cargo clippy|check|build --message-format json`, and `rustc --error-format json`.
    case rustc
    /// `file:line:column: level: message`, of gcc, clang, swiftc, SwiftLint, mypy and many more.
    case compilerText
    /// The secrets themselves are not taken over.
    case gitleaks
    case semgrep
    case pipAudit
    /// `npm audit --json`, versions 6 and 7 on.
    case npmAudit
    case cargoAudit
    /// `govulncheck -json`.
    case govulncheck
    /// `swift format lint`.
    case swiftFormat
}

/// The forms in which tools report complexity.
package enum ComplexityFormat: String, Codable, Hashable, Sendable, CaseIterable {
    /// `radon cc -j`.
    case radon
    /// `lizard --csv`.
    case lizard
    /// The text of `gocyclo`.
    case gocyclo
}

/// The forms in which tools report measurements.
package enum PerformanceFormat: String, Codable, Hashable, Sendable, CaseIterable {
    /// `hyperfine --export-json`.
    case hyperfine
    /// `pytest --benchmark-json`.
    case pytestBenchmark
    /// The text of `go test -bench`.
    case goBench
    /// `estimates.json` of Criterion; the name of the benchmark is in its path.
    case criterion
}
