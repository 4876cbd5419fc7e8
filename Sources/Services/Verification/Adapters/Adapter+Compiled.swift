import QualityReports

extension Adapter {
    /// go test, vet, staticcheck and govulncheck.
    static let go: [Adapter] = [
        goTest("go test", .unitTests, ""),
        goTest("go test", .integrationTests, "-tags integration "),
        Adapter(
            name: "go test -cover", kind: .coverage, ecosystem: .go, program: goProgram,
            report: .file("cover.out", .coverage(.goCover)),
            command: {
                "\($0.program) test -count=1 -coverprofile=\($0.file("cover.out")) \($0.filtered("-run")) \(packages($0))"
            }),
        Adapter(
            name: "go vet", kind: .lint, ecosystem: .go, program: goProgram,
            report: .file("vet.json", .findings(.goVet)),
            exits: ExitMeanings(errors: [2]), failsOnFindings: true,
            // Its report goes to standard error.
            command: { $0.reporting("\($0.program) vet -json \(packages($0)) 2>&1", to: "vet.json") }),
        Adapter(
            name: "staticcheck", kind: .lint, ecosystem: .go,
            program: .onPath(
                "staticcheck", version: ["-version"],
                install: "`go install honnef.co/go/tools/cmd/staticcheck@latest`"),
            report: .file("staticcheck.sarif", .findings(.sarif)), exits: ExitMeanings(errors: [2]),
            command: { $0.reporting("\($0.program) -f sarif \(packages($0))", to: "staticcheck.sarif") }),
        Adapter(
            name: "gofmt", kind: .lintFix, ecosystem: .go,
            program: .onPath("gofmt", version: [], install: "install Go"), report: .exitStatus,
            command: { "\($0.program) -l -w \($0.targets)" }),
        Adapter(
            name: "govulncheck", kind: .dependencies, ecosystem: .go,
            program: .onPath(
                "govulncheck", version: ["-version"],
                install: "`go install golang.org/x/vuln/cmd/govulncheck@latest`"),
            report: .file("govulncheck.sarif", .findings(.sarif)), needsNetwork: true, failsOnFindings: true,
            command: { $0.reporting("\($0.program) -format sarif ./...", to: "govulncheck.sarif") }),
        Adapter(
            name: "go test -bench", kind: .performance, ecosystem: .go, program: goProgram,
            report: .file("bench.txt", .performance(.goBench)),
            command: {
                $0.reporting(
                    "\($0.program) test -run '^$' -bench \($0.filter.map(ShellWords.quoted) ?? ".") \(packages($0))",
                    to: "bench.txt")
            }),
    ]

    private static let goProgram = Program.onPath("go", version: ["version"], install: "install Go")

    private static func goTest(_ name: String, _ kind: VerificationKind, _ tags: String) -> Adapter {
        Adapter(
            name: name, kind: kind, ecosystem: .go, program: goProgram, report: .file("go-test.json", .tests(.goTest)),
            applies: { kind == .unitTests || $0.has("integration") || $0.has("tests/integration") },
            command: {
                // Go's own cache of results would answer a second run of a flaky test with the first one's.
                $0.reporting(
                    "\($0.program) test -count=1 -json \(tags)\($0.filtered("-run")) \(packages($0))",
                    to: "go-test.json")
            },
            selection: { tests in
                // A subtest is named behind its test: the test as a whole is run.
                let names = Set(tests.map { String($0.name.prefix { $0 != "/" }) }).sorted()
                let pattern = names.map(ShellWords.escapedForRegularExpression).joined(separator: "|")
                return Selection(words: ["-run", "^(\(pattern))$"])
            })
    }

    private static func packages(_ call: Invocation) -> String {
        guard !call.paths.isEmpty else { return "./..." }
        return ShellWords.joined(call.paths.map { $0.hasPrefix("./") || $0 == "." ? $0 : "./" + $0 })
    }

    /// cargo test, clippy, cargo-audit, cargo-llvm-cov and cargo bench.
    static let rust: [Adapter] = [
        cargoTest(.unitTests), cargoTest(.integrationTests),
        Adapter(
            name: "cargo llvm-cov", kind: .coverage, ecosystem: .rust,
            program: cargo(["llvm-cov"], install: "`cargo install cargo-llvm-cov`"),
            report: .file("lcov.info", .coverage(.lcov)),
            command: {
                "\($0.program) --offline\(workspace($0)) --lcov --output-path \($0.file("lcov.info")) \($0.filtered("--"))"
            }),
        Adapter(
            name: "clippy", kind: .lint, ecosystem: .rust,
            program: cargo(["clippy"], install: "`rustup component add clippy`"),
            report: .file("clippy.json", .findings(.rustc)), exits: ExitMeanings(), failsOnFindings: true,
            command: {
                $0.reporting(
                    "\($0.program) --offline\(workspace($0)) --all-targets --message-format=json", to: "clippy.json")
            }),
        Adapter(
            name: "clippy", kind: .lintFix, ecosystem: .rust,
            program: cargo(["clippy"], install: "`rustup component add clippy`"), report: .exitStatus,
            command: { "\($0.program) --offline --fix --allow-dirty --allow-staged --all-targets" }),
        Adapter(
            name: "cargo audit", kind: .dependencies, ecosystem: .rust,
            program: cargo(["audit"], install: "`cargo install cargo-audit`"),
            report: .file("audit.json", .findings(.cargoAudit)), needsNetwork: true, applies: { $0.has("Cargo.lock") },
            command: { $0.reporting("\($0.program) --json", to: "audit.json") }),
        Adapter(
            name: "cargo bench", kind: .performance, ecosystem: .rust,
            program: cargo([], install: "install Rust with rustup"), report: .exitStatus,
            applies: { $0.has("benches") },
            command: { "\($0.program) bench --offline\(workspace($0)) \($0.filtered(""))" }),
    ]

    private static func cargo(_ words: [String], install: String) -> Program {
        var program = Program.onPath("cargo", words: ["cargo"] + words, version: ["--version"], install: install)
        if words.isEmpty { program.name = "cargo" }
        return program
    }

    private static func cargoTest(_ kind: VerificationKind) -> Adapter {
        let scope = kind == .integrationTests ? " --test '*'" : ""
        return Adapter(
            name: "cargo test", kind: kind, ecosystem: .rust,
            program: cargo([], install: "install Rust with rustup"), report: .file("cargo-test.txt", .tests(.libtest)),
            applies: { kind == .unitTests || $0.has("tests") },
            command: {
                $0.reporting(
                    "\($0.program) test --offline --no-fail-fast\(workspace($0))\(scope) \($0.filtered("--"))",
                    to: "cargo-test.txt")
            },
            selection: { Selection(words: ["--", "--exact"] + $0.map(\.name)) })
    }

    private static func workspace(_ call: Invocation) -> String {
        call.part.text("Cargo.toml")?.contains("[workspace]") ?? false ? " --workspace" : ""
    }

    /// swift test, swift format and llvm-cov.
    static let swift: [Adapter] = [
        swiftTest(.unitTests), swiftTest(.integrationTests),
        Adapter(
            name: "swift test with llvm-cov", kind: .coverage, ecosystem: .swift, program: swiftProgram,
            report: .file("llvm-cov.json", .coverage(.llvmCov)), exits: ExitMeanings(errors: [97]),
            applies: { $0.has("Tests") },
            command: { call in
                """
                \(call.program) test --enable-code-coverage \(call.filtered("--filter")); status=$?; \
                cp "$(\(call.program) test --show-codecov-path)" \(call.file("llvm-cov.json")) || exit 97; exit $status
                """
            }),
        Adapter(
            name: "swift format", kind: .lint, ecosystem: .swift, program: swiftProgram,
            report: .file("format.txt", .findings(.swiftFormat)), failsOnFindings: true,
            command: { $0.reporting("\($0.program) format lint --strict -r \(sources($0)) 2>&1", to: "format.txt") }),
        Adapter(
            name: "swift format", kind: .lintFix, ecosystem: .swift, program: swiftProgram, report: .exitStatus,
            command: { "\($0.program) format -i -r \(sources($0))" }),
    ]

    private static let swiftProgram = Program.onPath(
        "swift", version: ["--version"], install: "install the Swift toolchain from swift.org")

    private static func swiftTest(_ kind: VerificationKind) -> Adapter {
        Adapter(
            name: "swift test", kind: kind, ecosystem: .swift, program: swiftProgram,
            report: .file("swift-test.xml", .tests(.junit)),
            applies: { $0.has("Tests") && (kind == .unitTests || $0.has("Tests/IntegrationTests")) },
            command: { call in
                let scope = kind == .integrationTests && call.filter == nil ? "--filter IntegrationTests " : ""
                return
                    "\(call.program) test --parallel --xunit-output \(call.file("swift-test.xml")) \(scope)\(call.filtered("--filter"))"
            },
            selection: { tests in
                Selection(words: tests.flatMap { ["--filter", ShellWords.escapedForRegularExpression($0.name)] })
            })
    }

    private static func sources(_ call: Invocation) -> String {
        guard call.paths.isEmpty else { return call.chosen }
        return ["Package.swift", "Sources", "Tests"].filter(call.part.has).joined(separator: " ")
    }
}
