import JSON

/// Reads the events of `go test -json`.
struct GoTestParser {
    private struct Running {
        var output = ""
        var outcome: TestOutcome?
        var seconds: Double?
    }
    private struct Package {
        var tests: [String] = []
        var running: [String: Running] = [:]
        var output = ""
        var outcome: TestOutcome?
    }

    private var order: [String] = []
    private var packages: [String: Package] = [:]
    /// What the compiler said, by import path.
    private var builds: [String: String] = [:]

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        let source = try Source(bytes, "go test -json")
        var parser = GoTestParser()
        var events = 0
        for (_, value) in try source.jsonStream() {
            guard let action = value["Action"]?.stringValue else { continue }
            events += 1
            parser.read(action, value)
        }
        guard events > 0 else { throw source.foreign("there is no event with an \"Action\"") }
        if let open = parser.order.first(where: { parser.packages[$0]?.outcome == nil }) {
            throw source.truncated("the package \(open) has no result")
        }
        return parser.report()
    }

    private mutating func read(_ action: String, _ event: JSONValue) {
        let output = event["Output"]?.stringValue ?? ""
        if action == "build-output" || action == "build-fail" {
            builds[event["ImportPath"]?.stringValue ?? "", default: ""] += output
            return
        }
        guard let name = event["Package"]?.stringValue else { return }
        if packages[name] == nil { order.append(name) }
        var package = packages.removeValue(forKey: name) ?? Package()
        defer { packages[name] = package }
        let outcome: TestOutcome? =
            switch action {
            case "pass", "bench": .passed
            case "fail": .failed
            case "skip": .skipped
            default: nil
            }
        guard let test = event["Test"]?.stringValue else {
            if let outcome { package.outcome = outcome }
            if package.output.utf8.count < TestCase.detailsLimit { package.output += output }
            if let failed = event["FailedBuild"]?.stringValue { package.output += builds[failed] ?? "" }
            return
        }
        if package.running[test] == nil { package.tests.append(test) }
        var running = package.running[test] ?? Running()
        if running.output.utf8.count < TestCase.detailsLimit { running.output += output }
        if let outcome {
            running.outcome = outcome
            running.seconds = event["Elapsed"]?.doubleValue.flatMap { $0 >= 0 ? $0 : nil }
        }
        package.running[test] = running
    }

    private func report() -> TestReport {
        TestReport(
            suites: order.map { name in
                let package = packages[name] ?? Package()
                var cases = package.tests.map { test in
                    Self.testCase(test, package.running[test] ?? Running(), in: name)
                }
                let hasFailure = cases.contains { $0.outcome == .failed || $0.outcome == .errored }
                if package.outcome == .failed, !hasFailure {
                    cases.append(
                        TestCase(
                            group: name, name: "package", outcome: .errored, message: "the package failed",
                            details: package.output))
                }
                return TestSuite(name: name, cases: cases)
            })
    }

    private static func testCase(_ name: String, _ running: Running, in package: String) -> TestCase {
        let isBad = running.outcome == .failed || running.outcome == nil
        let noise = ["===", "---"]
        let lines = running.output.split(separator: "\n").map(\.trimmed).filter { line in
            !line.isEmpty && !noise.contains { line.hasPrefix($0) }
        }
        let message = running.outcome == nil ? "the test did not end" : lines.first.map(String.init)
        return TestCase(
            group: package, name: name, outcome: running.outcome ?? .errored, seconds: running.seconds,
            message: running.outcome == .passed ? nil : message, details: isBad ? running.output : nil)
    }
}
