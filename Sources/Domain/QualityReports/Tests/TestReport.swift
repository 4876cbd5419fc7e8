/// What a run of tests found, whatever ran them.
package struct TestReport: Codable, Hashable, Sendable {
    /// In the order of the tool.
    package var suites: [TestSuite]

    package init(suites: [TestSuite] = []) {
        self.suites = suites
    }

    /// All cases of all suites, in order.
    package var cases: [TestCase] { suites.flatMap(\.cases) }
    package var counts: TestCounts { TestCounts(cases) }

    /// The cases that make a run fail.
    package var failures: [TestCase] { cases.filter { $0.outcome == .failed || $0.outcome == .errored } }

    /// Whether something ran and nothing failed.
    package var isPassing: Bool {
        let counts = counts
        return counts.failed + counts.errored == 0 && counts.passed + counts.flaky > 0
    }
}

/// Cases that belong together: a file, a class, a package.
package struct TestSuite: Codable, Hashable, Sendable {
    package var name: String
    package var cases: [TestCase]

    package init(name: String, cases: [TestCase] = []) {
        self.name = name
        self.cases = cases
    }
}

/// How one case ended.
package enum TestOutcome: String, Codable, Hashable, Sendable, CaseIterable {
    case passed
    /// An expectation did not hold.
    case failed
    /// Something broke outside of an expectation: a crash, a set-up, a collection, a build.
    case errored
    case skipped
    /// Failed and then passed when run again.
    case flaky

    /// How much a reader should care; the worst of several outcomes of one case is kept.
    var weight: Int {
        switch self {
        case .skipped: 0
        case .passed: 1
        case .flaky: 2
        case .failed: 3
        case .errored: 4
        }
    }
}

/// One test with what became of it.
package struct TestCase: Codable, Hashable, Sendable {
    /// The file as the tool names it; nil where it does not say.
    package var file: String?
    /// Class, module, package or describe blocks, without what the file says already.
    package var group: String?
    package var name: String
    /// From 1.
    package var line: Int?
    package var outcome: TestOutcome
    package var seconds: Double?
    /// One line or few: why it failed or was skipped.
    package var message: String?
    /// Traceback and output, cut in the middle beyond ``detailsLimit`` bytes.
    package var details: String?

    package init(
        file: String? = nil, group: String? = nil, name: String, line: Int? = nil, outcome: TestOutcome,
        seconds: Double? = nil, message: String? = nil, details: String? = nil
    ) {
        self.file = file
        self.group = group
        self.name = name
        self.line = line
        self.outcome = outcome
        self.seconds = seconds
        self.message = message?.withoutColours.trimmedOrNil?.capped(Self.messageLimit)
        self.details = details?.withoutColours.trimmedOrNil?.capped(Self.detailsLimit)
    }

    package static let messageLimit = 2_000
    package static let detailsLimit = 20_000

    /// `file::group::name`, without the parts that are not known.
    package var id: String {
        [file, group, name].compactMap { $0 }.joined(separator: "::")
    }
}

/// How many cases ended how.
package struct TestCounts: Codable, Hashable, Sendable {
    package var passed = 0
    package var failed = 0
    package var errored = 0
    package var skipped = 0
    package var flaky = 0

    package init(passed: Int = 0, failed: Int = 0, errored: Int = 0, skipped: Int = 0, flaky: Int = 0) {
        self.passed = passed
        self.failed = failed
        self.errored = errored
        self.skipped = skipped
        self.flaky = flaky
    }

    package init(_ cases: some Sequence<TestCase>) {
        for test in cases {
            switch test.outcome {
            case .passed: passed += 1
            case .failed: failed += 1
            case .errored: errored += 1
            case .skipped: skipped += 1
            case .flaky: flaky += 1
            }
        }
    }

    package var total: Int { passed + failed + errored + skipped + flaky }
}
