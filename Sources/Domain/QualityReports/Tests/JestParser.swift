import JSON

/// Reads the JSON of Jest and Vitest.
enum JestParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> TestReport {
        let source = try Source(bytes, "Jest JSON")
        let root = try source.json()
        guard let results = root["testResults"]?.arrayValue else { throw source.foreign("there is no \"testResults\"") }
        var suites: [TestSuite] = []
        for (place, result) in results.enumerated() {
            let file = try source.string(result["name"], "testResults[\(place)].name")
            let tests = try source.array(result["assertionResults"], "testResults[\(place)].assertionResults")
            var suite = TestSuite(name: file)
            for (number, test) in tests.enumerated() {
                let path = "testResults[\(place)].assertionResults[\(number)]"
                suite.cases.append(try testCase(test, file: file, source, path))
            }
            if tests.isEmpty, result["status"]?.stringValue == "failed" {
                suite.cases.append(
                    TestCase(
                        file: file, name: "suite", outcome: .errored, message: "the test file could not be run",
                        details: result["message"]?.stringValue))
            }
            suites.append(suite)
        }
        return TestReport(suites: suites)
    }

    private static func testCase(
        _ test: JSONValue, file: String, _ source: Source, _ path: String
    ) throws(ReportError) -> TestCase {
        let name = try source.string(test["title"] ?? test["fullName"], "\(path).title")
        let groups = (test["ancestorTitles"]?.arrayValue ?? []).compactMap(\.stringValue).filter { !$0.isEmpty }
        let messages = (test["failureMessages"]?.arrayValue ?? []).compactMap(\.stringValue)
        let outcome: TestOutcome =
            switch try source.string(test["status"], "\(path).status") {
            case "passed": isRetried(test) ? .flaky : .passed
            case "failed": .failed
            case "pending", "skipped", "todo", "disabled", "focused": .skipped
            case let status: throw source.malformed("\(path).status is \"\(status.prefix(40))\", which is not known")
            }
        let milliseconds = test["duration"]?.doubleValue.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        let first = messages.first?.withoutColours.split(separator: "\n").first
        return TestCase(
            file: file, group: groups.isEmpty ? nil : groups.joined(separator: " > "), name: name,
            line: test["location"]?["line"]?.intValue.positive, outcome: outcome,
            seconds: milliseconds.map { $0 / 1000 }, message: first.map(String.init),
            details: messages.joined(separator: "\n"))
    }

    private static func isRetried(_ test: JSONValue) -> Bool {
        (test["invocations"]?.intValue ?? 1) > 1 || test["retryReasons"]?.arrayValue?.isEmpty == false
    }
}
