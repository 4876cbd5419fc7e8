extension TestReport {
    /// One report of several runs of different tests; of a case that comes twice the worst outcome is kept.
    package static func merging(_ reports: some Sequence<TestReport>) -> TestReport {
        reports.reduce(into: TestReport()) { $0.add($1) { $1.outcome.weight > $0.outcome.weight ? $1 : $0 } }
    }

    /// The report after failed cases were run again: what failed and then passed is flaky.
    package func rerun(_ later: TestReport) -> TestReport {
        var report = self
        report.add(later) { first, second in
            let failedAtFirst = first.outcome.weight >= TestOutcome.flaky.weight
            guard failedAtFirst, second.outcome == .passed || second.outcome == .flaky else {
                return second.outcome == .skipped ? first : second
            }
            var flaky = first
            flaky.outcome = .flaky
            return flaky
        }
        return report
    }

    private mutating func add(_ other: TestReport, resolving: (TestCase, TestCase) -> TestCase) {
        var places: [String: (suite: Int, test: Int)] = [:]
        var names: [String: Int] = [:]
        for (suite, value) in suites.enumerated() {
            if names[value.name] == nil { names[value.name] = suite }
            for (test, value) in value.cases.enumerated() { places[value.id] = (suite, test) }
        }
        for suite in other.suites {
            // Nil where the first report has no such suite, until a case is new.
            var target = names[suite.name]
            for test in suite.cases {
                if let place = places[test.id] {
                    let known = suites[place.suite].cases[place.test]
                    suites[place.suite].cases[place.test] = resolving(known, test)
                    continue
                }
                let place = target ?? suites.count
                if target == nil {
                    suites.append(TestSuite(name: suite.name))
                    names[suite.name] = place
                    target = place
                }
                suites[place].cases.append(test)
            }
            if target == nil, suite.cases.isEmpty {
                names[suite.name] = suites.count
                suites.append(suite)
            }
        }
    }
}
