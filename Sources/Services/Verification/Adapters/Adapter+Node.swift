import JSON
import QualityReports

extension Adapter {
    /// jest, vitest, `node --test` or the test script; eslint and npm audit.
    static let node: [Adapter] = [
        jest(.unitTests), vitest(.unitTests), nodeTest(.unitTests), script("test", .unitTests),
        script("test:integration", .integrationTests), script("integration", .integrationTests),
        jest(.coverage), vitest(.coverage), nodeTest(.coverage),
        eslint(.lint), eslint(.lintFix),
        Adapter(
            name: "npm audit", kind: .dependencies, ecosystem: .node,
            program: .onPath("npm", version: ["--version"], install: "install Node.js with npm"),
            report: .file("npm-audit.json", .findings(.npmAudit)), needsNetwork: true,
            applies: { $0.has("package-lock.json") },
            command: { $0.reporting("\($0.program) audit --json", to: "npm-audit.json") }),
        script("bench", .performance), script("benchmark", .performance),
    ]

    private static func jest(_ kind: VerificationKind) -> Adapter {
        let covers = kind == .coverage
        return Adapter(
            name: "jest", kind: kind, ecosystem: .node, program: .node("jest"),
            report: covers ? .file("coverage/lcov.info", .coverage(.lcov)) : .file("jest.json", .tests(.jest)),
            group: "tests",
            applies: { $0.dependsOn("jest") || scriptText("test", $0)?.contains("jest") ?? false },
            command: {
                let report =
                    covers
                    ? "--coverage --coverageReporters=lcov --coverageDirectory=\($0.file("coverage"))"
                    : "--json --outputFile=\($0.file("jest.json"))"
                return
                    "\($0.program) --ci --cacheDirectory=\($0.file("cache")) \(report) \($0.filtered("-t")) \($0.chosen)"
            },
            selection: { Selection(words: ["-t", pattern($0)]) })
    }

    private static func vitest(_ kind: VerificationKind) -> Adapter {
        let covers = kind == .coverage
        return Adapter(
            name: "vitest", kind: kind, ecosystem: .node, program: .node("vitest"),
            report: covers ? .file("coverage/lcov.info", .coverage(.lcov)) : .file("vitest.xml", .tests(.junit)),
            group: "tests",
            applies: { $0.dependsOn("vitest") || scriptText("test", $0)?.contains("vitest") ?? false },
            command: {
                let report =
                    covers
                    ? "--coverage.enabled --coverage.reporter=lcov --coverage.reportsDirectory=\($0.file("coverage"))"
                    : "--reporter=junit --outputFile=\($0.file("vitest.xml"))"
                return "\($0.program) run --cache=false \(report) \($0.filtered("-t")) \($0.chosen)"
            },
            selection: { Selection(words: ["-t", pattern($0)]) })
    }

    private static func nodeTest(_ kind: VerificationKind) -> Adapter {
        let covers = kind == .coverage
        return Adapter(
            name: "node --test", kind: kind, ecosystem: .node,
            program: .onPath("node", version: ["--version"], install: "install Node.js 20 or newer"),
            report: covers ? .file("lcov.info", .coverage(.lcov)) : .file("node.xml", .tests(.junit)), group: "tests",
            applies: { scriptText("test", $0)?.contains("node --test") ?? false },
            command: {
                let report =
                    covers
                    ? "--experimental-test-coverage --test-reporter=lcov --test-reporter-destination=\($0.file("lcov.info"))"
                    : "--test-reporter=junit --test-reporter-destination=\($0.file("node.xml"))"
                return
                    "\($0.program) --test \(report) --test-reporter=spec --test-reporter-destination=stdout \($0.filtered("--test-name-pattern")) \($0.chosen)"
            },
            // A test inside of another runs only where the other does, too.
            selection: { tests in
                let names = tests.flatMap { ($0.group ?? "").split(separator: " > ").map(String.init) + [$0.name] }
                return Selection(words: Set(names).sorted().map { "--test-name-pattern=\(pattern(named: [$0]))" })
            })
    }

    /// A script of package.json: nothing but its exit status is known of it.
    private static func script(_ name: String, _ kind: VerificationKind) -> Adapter {
        Adapter(
            name: "npm run \(name)", kind: kind, ecosystem: .node,
            program: .onPath("npm", version: ["--version"], install: "install Node.js with npm"), report: .exitStatus,
            group: kind == .unitTests ? "tests" : "script",
            // What `npm init` writes fails always.
            applies: { scriptText(name, $0).map { !$0.contains("no test specified") } ?? false },
            command: { "\($0.program) run --silent \(name)" })
    }

    private static func eslint(_ kind: VerificationKind) -> Adapter {
        Adapter(
            name: "eslint", kind: kind, ecosystem: .node, program: .node("eslint"),
            report: .file("eslint.json", .findings(.eslint)), exits: ExitMeanings(errors: [2]),
            applies: { part in part.dependsOn("eslint") || eslintFiles.contains(where: part.has) },
            command: {
                "\($0.program) -f json -o \($0.file("eslint.json"))\(kind == .lintFix ? " --fix" : "") \($0.targets)"
            })
    }

    private static let eslintFiles = [
        "eslint.config.js", "eslint.config.mjs", "eslint.config.cjs", "eslint.config.ts", ".eslintrc.json",
        ".eslintrc.js", ".eslintrc.cjs", ".eslintrc.yml", ".eslintrc.yaml", ".eslintrc",
    ]

    private static func scriptText(_ name: String, _ part: ProjectPart) -> String? {
        part.manifest?["scripts"]?[name]?.stringValue
    }

    /// A regular expression that means these tests by the ends of their names.
    private static func pattern(_ tests: [TestCase]) -> String { pattern(named: tests.map(\.name)) }

    private static func pattern(named names: [String]) -> String {
        "(" + names.map(ShellWords.escapedForRegularExpression).joined(separator: "|") + ")$"
    }
}
