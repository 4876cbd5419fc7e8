/// Finds how a Python project is tested: with pytest where it says so, else with the standard library's unittest.
enum PythonChecks {
    static func detect(_ project: ProjectFiles) -> [Check] {
        let tests = project.files(in: ".") { isTest($0) }
        if let reason = pytestReason(project, tests) {
            return [Check(name: "pytest", command: "python3 -m pytest -q", why: reason)]
        }
        guard !tests.isEmpty else { return [] }
        return [
            Check(name: "unittest", command: unittest(project, tests), why: "tests in \(tests[0])")
        ]
    }

    private static func isTest(_ name: String) -> Bool {
        name.hasSuffix(".py") && (name.hasPrefix("test") || name.hasSuffix("_test.py"))
    }

    private static func pytestReason(_ project: ProjectFiles, _ tests: [String]) -> String? {
        if project.has("pytest.ini") { return "pytest.ini" }
        if let text = project.text("pyproject.toml"), text.contains("[tool.pytest") || mentionsPytest(text) {
            return "pyproject.toml"
        }
        if let text = project.text("setup.cfg"), text.contains("[tool:pytest]") || mentionsPytest(text) {
            return "setup.cfg"
        }
        if let text = project.text("tox.ini"), text.contains("[pytest]") || mentionsPytest(text) { return "tox.ini" }
        let requirements = project.files(in: ".", depth: 1) { $0.hasPrefix("requirements") && $0.hasSuffix(".txt") }
        if let file = requirements.first(where: { project.text($0).map(mentionsPytest) ?? false }) { return file }
        let settings = project.files(in: ".") { $0 == "conftest.py" }
        if let file = settings.first { return file }
        return tests.first { file in
            guard let text = project.text(file) else { return false }
            return lines(text).contains { $0.hasPrefix("import pytest") || $0.hasPrefix("from pytest") }
        }.map { "\($0) imports pytest" }
    }

    private static func mentionsPytest(_ text: String) -> Bool {
        lines(text).contains { line in
            let code = line.prefix { $0 != "#" }
            return code.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.contains("pytest")
        }
    }

    private static func lines(_ text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

    /// Discovery starts where the tests are; a start folder that is a package is imported from the project's top.
    private static func unittest(_ project: ProjectFiles, _ tests: [String]) -> String {
        let pattern = tests.allSatisfy { name($0).hasSuffix("_test.py") } ? " -p '*_test.py'" : ""
        let top = Set(tests.map { $0.split(separator: "/").dropLast().first.map(String.init) ?? "." })
        guard top.count == 1, let start = top.first, start != "." else {
            return "python3 -m unittest discover\(pattern)"
        }
        // With the tests in a package below, `-t .` lets them import by the project's own names.
        let isPackage = project.has("\(start)/__init__.py")
        let place = project.has("src") ? "PYTHONPATH=src " : ""
        return "\(place)python3 -m unittest discover -s \(quoted(start))\(isPackage ? " -t ." : "")\(pattern)"
    }

    private static func name(_ path: String) -> Substring { path.split(separator: "/").last ?? Substring(path) }

    private static func quoted(_ text: String) -> String {
        text.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) } ? text : "'\(text)'"
    }
}
