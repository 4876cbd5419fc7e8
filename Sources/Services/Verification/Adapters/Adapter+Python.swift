import QualityReports

extension Adapter {
    /// pytest or unittest, coverage.py, ruff, bandit, radon, pip-audit and pytest-benchmark.
    static let python: [Adapter] = [
        pytest(.unitTests), pytest(.integrationTests), unittest,
        Adapter(
            name: "coverage.py", kind: .coverage, ecosystem: .python,
            program: .python("coverage", isRunAsModule: true), report: .file("coverage.xml", .coverage(.cobertura)),
            exits: ExitMeanings(empty: [5], errors: [3, 4, 97]), applies: { hasPythonTests($0) },
            command: { call in
                let data = call.file("coverage.data")
                let tests = usesPytest(call.part) ? "pytest -q -p no:cacheprovider" : "unittest discover"
                return """
                    \(call.program) run --data-file=\(data) --source=. -m \(tests) \(call.filtered("-k")) \(call.chosen); \
                    status=$?; \(call.program) xml -q -i --data-file=\(data) -o \(call.file("coverage.xml")) || exit 97; \
                    exit $status
                    """
            }),
        ruff(.lint), ruff(.lintFix),
        Adapter(
            name: "bandit", kind: .security, ecosystem: .python, program: .python("bandit"),
            report: .file("bandit.json", .findings(.bandit)), exits: ExitMeanings(errors: [2]),
            command: {
                let excluded = "./.venv,./venv,./env,./node_modules,./.git,./tests,./test"
                return "\($0.program) -q -r -f json -o \($0.file("bandit.json")) -x \(excluded) \($0.targets)"
            }),
        Adapter(
            name: "radon", kind: .complexity, ecosystem: .python, program: .python("radon"),
            report: .file("radon.json", .complexity(.radon)), exits: ExitMeanings(errors: [1, 2]),
            command: { $0.reporting("\($0.program) cc --json \($0.targets)", to: "radon.json") }),
        Adapter(
            name: "pip-audit", kind: .dependencies, ecosystem: .python,
            program: .python("pip-audit", module: "pip_audit"),
            report: .file("pip-audit.json", .findings(.pipAudit)), exits: ExitMeanings(errors: [2]), needsNetwork: true,
            applies: { $0.has("requirements.txt") || $0.has("pyproject.toml") },
            command: {
                let source = $0.part.has("requirements.txt") ? "-r requirements.txt" : "."
                return "\($0.program) --progress-spinner off -f json -o \($0.file("pip-audit.json")) \(source)"
            }),
        Adapter(
            name: "pytest-benchmark", kind: .performance, ecosystem: .python,
            program: .python("pytest", isRunAsModule: true),
            report: .file("benchmark.json", .performance(.pytestBenchmark)),
            exits: ExitMeanings(empty: [5], errors: [3, 4]), applies: { mentions("pytest-benchmark", $0) },
            command: {
                "\($0.program) -q -p no:cacheprovider --benchmark-only --benchmark-json=\($0.file("benchmark.json")) \($0.filtered("-k")) \($0.chosen)"
            }),
    ]

    private static func pytest(_ kind: VerificationKind) -> Adapter {
        Adapter(
            name: "pytest", kind: kind, ecosystem: .python, program: .python("pytest", isRunAsModule: true),
            report: .file("pytest.xml", .tests(.junit)), exits: ExitMeanings(empty: [5], errors: [3, 4]),
            group: "tests",
            applies: { usesPytest($0) && (kind == .unitTests || integrationFolder($0) != nil) },
            command: { call in
                var call = call
                if kind == .integrationTests, call.paths.isEmpty { call.paths = [integrationFolder(call.part) ?? "."] }
                return """
                    \(call.program) -q -p no:cacheprovider --rootdir=. -o junit_family=xunit1 \
                    --junitxml=\(call.file("pytest.xml")) \(call.filtered("-k")) \(call.chosen)
                    """
            },
            selection: { tests in
                let ids = tests.compactMap(nodeID)
                return ids.count == tests.count ? Selection(paths: ids) : nil
            })
    }

    private static let unittest = Adapter(
        name: "unittest", kind: .unitTests, ecosystem: .python, program: .interpreter,
        report: .file("unittest.txt", .tests(.unittest)), exits: ExitMeanings(empty: [5]), group: "tests",
        applies: { hasPythonTests($0) },
        command: { call in
            let found = DetectedCheck.command(in: call.part, named: "unittest") ?? "python3 -m unittest discover"
            // The detected line starts with an interpreter, or with a setting before it.
            let line = found.split(separator: "python3", maxSplits: 1, omittingEmptySubsequences: false)
            let own = line.count == 2 ? "\(line[0])\(call.program)\(line[1])" : found
            // The results go to standard error, and what tests print on standard output does not mix with them there.
            let report = call.file("unittest.txt")
            return """
                { \(own) -v \(unittestNames(call)); } 2> \(report); status=$?; cat \(report) >&2; exit $status
                """
        },
        selection: { tests in
            // A set-up of a class or a module is no test that could be asked for.
            let names = tests.filter { !$0.name.hasPrefix("setUp") && !$0.name.hasPrefix("tearDown") }.map {
                "*" + ShellWords.escapedForGlob([$0.group, $0.name].compactMap(\.self).joined(separator: "."))
            }
            return names.isEmpty ? nil : Selection(words: names.flatMap { ["-k", $0] })
        })

    /// Paths are asked for by the names of their modules, which begin where the discovery starts.
    private static func unittestNames(_ call: Invocation) -> String {
        guard call.selected.isEmpty, !call.paths.isEmpty, call.paths != ["."] else { return call.filtered("-k") }
        let modules = call.paths.map { path in
            let last = path.split(separator: "/").last ?? Substring(path)
            return ShellWords.escapedForGlob(String(last.hasSuffix(".py") ? last.dropLast(3) : last))
        }
        let rest = call.filter.map { $0.contains("*") ? $0 : "*\($0)*" } ?? "*"
        return ShellWords.joined(modules.flatMap { ["-k", "*\($0).\(rest)"] })
    }

    private static func ruff(_ kind: VerificationKind) -> Adapter {
        Adapter(
            name: "ruff", kind: kind, ecosystem: .python, program: .python("ruff"),
            report: .file("ruff.json", .findings(.ruff)),
            exits: ExitMeanings(errors: [2]),
            command: {
                let fix = kind == .lintFix ? " --fix" : ""
                return
                    "\($0.program) check\(fix) --no-cache --output-format json --output-file \($0.file("ruff.json")) \($0.targets)"
            })
    }

    static func usesPytest(_ part: ProjectPart) -> Bool { DetectedCheck.command(in: part, named: "pytest") != nil }

    static func hasPythonTests(_ part: ProjectPart) -> Bool {
        usesPytest(part) || DetectedCheck.command(in: part, named: "unittest") != nil
    }

    private static func integrationFolder(_ part: ProjectPart) -> String? {
        ["tests/integration", "test/integration", "integration_tests", "tests/e2e"].first(where: part.has)
    }

    private static func mentions(_ package: String, _ part: ProjectPart) -> Bool {
        ["pyproject.toml", "requirements.txt", "requirements-dev.txt", "setup.cfg"].contains {
            part.text($0)?.contains(package) ?? false
        }
    }

    /// `tests/test_a.py::TestB::test_c`; the classes are what the group has beyond the file's module.
    private static func nodeID(_ test: TestCase) -> String? {
        guard let file = test.file, file.hasSuffix(".py") else { return nil }
        let module = file.dropLast(3).split(separator: "/").joined(separator: ".")
        var group = Substring(test.group ?? "")
        if group == module || group.hasPrefix(module + ".") { group = group.dropFirst(module.count) }
        let classes = group.split(separator: ".").map(String.init)
        return ([file] + classes + [test.name]).joined(separator: "::")
    }
}
