import QualityReports
import Timekeeping
package import Verification

/// How tests came out by the receipts of one tree.
package struct TestEvidence: Sendable {
    package enum Outcome: String, Sendable, Hashable {
        case passed, failed, flaky, skipped
        /// No receipt of the tree tells of it.
        case unknown
    }

    private struct Case {
        var file: String?
        /// What the report says of where it belongs, folded.
        var group: [String]
        var title: String
        var outcome: TestOutcome
        var receipt: String
        var adapter: String
    }

    private var cases: [Case] = []
    private var byTitle: [String: [Int]] = [:]
    /// The receipts that there are, the oldest first.
    package private(set) var receipts: [String] = []

    /// - Parameter results: All of one tree; of several that tell of one test, the newest counts.
    package init(_ results: [VerificationResult]) {
        var places: [String: Int] = [:]
        let ordered = results.filter { $0.receipt != nil }.sorted {
            ($0.receipt?.startedAt.milliseconds ?? 0) < ($1.receipt?.startedAt.milliseconds ?? 0)
        }
        for result in ordered {
            guard case .tests(let report) = result.report, let receipt = result.receipt else { continue }
            if case .couldNotRun = result.status { continue }
            receipts.append(receipt.id)
            var own: Set<String> = []
            for test in report.cases {
                let found = Self.read(test, result, receipt.id)
                let key = "\(result.adapter)\u{0}\(found.group.joined(separator: "\u{1}"))\u{0}\(found.title)"
                // Unittest names the file of a failure only, so the file is no part of what a test goes by there.
                let id = result.adapter == "unittest" ? key : "\(key)\u{0}\(found.file ?? "")"
                if let place = places[id] {
                    // Two of one name in one report, such as rows of a table: the worse counts.
                    let isWorse = own.contains(id) && Self.weight(cases[place].outcome) > Self.weight(found.outcome)
                    if !isWorse { cases[place] = found }
                } else {
                    places[id] = cases.count
                    cases.append(found)
                }
                own.insert(id)
            }
        }
        for (index, test) in cases.enumerated() { byTitle[test.title, default: []].append(index) }
    }

    /// How each of several tests came out; a case that may be two of them tells of neither.
    package func outcomes(of tests: [SourceTest]) -> [SourceTest: (outcome: Outcome, receipt: String?)] {
        var byTitle: [String: [Candidate]] = [:]
        var patterns: [(pieces: [String], test: Candidate)] = []
        for (index, test) in tests.enumerated() {
            let candidate = Candidate(
                index: index, path: test.path, stem: Self.stem(of: test.path), around: test.containers.map(Self.fold))
            byTitle[Self.fold(test.title), default: []].append(candidate)
            if let pieces = Self.pieces(of: test.title) { patterns.append((pieces, candidate)) }
        }
        var found: [Int: [Int]] = [:]
        for (index, one) in cases.enumerated() {
            var candidates = byTitle[one.title] ?? []
            if candidates.isEmpty {
                candidates = patterns.filter { Self.fits($0.pieces, one.title) }.map(\.test)
            }
            if let test = Self.choose(candidates, for: one) { found[test.index, default: []].append(index) }
        }
        var outcomes: [SourceTest: (outcome: Outcome, receipt: String?)] = [:]
        for (index, test) in tests.enumerated() {
            let own = (found[index] ?? []).map { cases[$0] }
            guard let worst = own.max(by: { Self.weight($0.outcome) < Self.weight($1.outcome) }) else {
                outcomes[test] = (.unknown, nil)
                continue
            }
            let outcome: Outcome =
                switch worst.outcome {
                case .passed: .passed
                case .failed, .errored: .failed
                case .flaky: .flaky
                case .skipped: .skipped
                }
            outcomes[test] = (outcome, worst.receipt)
        }
        return outcomes
    }

    /// A test as it is compared with reported cases.
    private struct Candidate {
        var index: Int
        var path: String
        var stem: String
        /// The names around it, folded.
        var around: [String]

        /// The folders that its file is in and the file itself, folded.
        var parts: [String] {
            path.split(separator: "/").dropLast().flatMap { TestEvidence.names($0) } + [stem]
        }
    }

    private static func weight(_ outcome: TestOutcome) -> Int {
        switch outcome {
        case .skipped: 0
        case .passed: 1
        case .flaky: 2
        case .failed, .errored: 3
        }
    }

    /// The only test that a reported case can be; nil where there is none, or more than one.
    private static func choose(_ candidates: [Candidate], for one: Case) -> Candidate? {
        var left = candidates
        if let file = one.file {
            left = left.filter { $0.path == file || file.hasSuffix("/" + $0.path) || $0.path.hasSuffix("/" + file) }
        } else {
            left = left.filter { belongs($0, one) }
            // A report without files tells them by their modules.
            let byFile = left.filter { one.group.contains($0.stem) }
            if !byFile.isEmpty { left = byFile }
        }
        if left.count > 1 || one.file == nil {
            let around = left.filter { test in
                test.around.allSatisfy { folded in
                    one.group.contains(folded)
                        || one.group.contains { $0.hasSuffix(folded) || folded.hasSuffix($0) }
                }
            }
            if left.count > 1 || !one.group.isEmpty { left = around }
        }
        return left.count == 1 ? left[0] : nil
    }

    /// Whether a report without files can mean this file: a test of the same name elsewhere proves nothing.
    private static func belongs(_ test: Candidate, _ one: Case) -> Bool {
        let parts = test.parts
        switch one.adapter {
        case "go test":
            // A package is a folder.
            let folder = Array(parts.dropLast())
            return Array(one.group.suffix(folder.count)) == folder
        case "unittest":
            guard let at = one.group.lastIndex(of: test.stem) else { return false }
            let module = Array(one.group[...at])
            return Array(parts.suffix(module.count)) == Array(module.suffix(parts.count))
        case "cargo test":
            return ["lib", "main", "mod"].contains(test.stem) || parts.first == "tests" || one.group.contains(test.stem)
        default: return true
        }
    }

    /// The names in a place such as `tests.test_list.ListTests`, folded.
    private static func names(_ place: some StringProtocol) -> [String] {
        place.split { ".:/>$›#".contains($0) }.map { fold(String($0)) }
    }

    private static func read(_ test: TestCase, _ result: VerificationResult, _ receipt: String) -> Case {
        var name = test.name[...]
        if name.hasSuffix("]"), let bracket = name.firstIndex(of: "["), bracket > name.startIndex,
            !name[..<bracket].contains(" ")
        {
            name = name[..<bracket]
        }
        if let call = name.firstIndex(of: "("), !name[..<call].contains(" "), name.hasSuffix(")") {
            name = name[..<call]
        }
        var group = names(test.group ?? "")
        for mark in ["::", "/", " > ", " › "] where name.contains(mark) && isPath(name, mark) {
            let parts = name.split(separator: mark).map(String.init)
            group += parts.dropLast().map(fold)
            name = parts.last.map { $0[...] } ?? name
        }
        let file = test.file.flatMap { $0.contains(".") ? $0 : nil }
        return Case(
            file: result.adapter == "unittest" ? nil : file, group: group.filter { !$0.isEmpty },
            title: fold(String(name)), outcome: test.outcome, receipt: receipt, adapter: result.adapter)
    }

    /// A slash in a name made of words is part of it.
    private static func isPath(_ name: Substring, _ mark: String) -> Bool {
        mark.hasPrefix(" ") || !name.contains(" ")
    }

    /// Letters and digits, all else as one `_` between them: what reporters do to names does not count.
    static func fold(_ name: String) -> String {
        var folded = ""
        var isApart = false
        for character in name {
            guard character.isLetter || character.isNumber else {
                isApart = true
                continue
            }
            if isApart, !folded.isEmpty { folded += "_" }
            isApart = false
            folded.append(character)
        }
        return folded
    }

    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return fold(String(name.prefix { $0 != "." }))
    }

    /// What stays the same of a name with places for values, such as `keeps %s` or `keeps ${n}`; nil for others.
    private static func pieces(of title: String) -> [String]? {
        guard title.contains("%") || title.contains("$") || title.contains("#{") else { return nil }
        var pieces: [String] = [""]
        var rest = title[...]
        while let first = rest.first {
            if first == "%" {
                rest = rest.dropFirst(2)
                pieces.append("")
            } else if first == "$" || rest.hasPrefix("#{") {
                rest = rest.drop { "$#".contains($0) }
                if rest.first == "{" {
                    rest = rest.drop { $0 != "}" }.dropFirst()
                } else {
                    rest = rest.drop { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
                }
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        let folded = pieces.map(fold).filter { !$0.isEmpty }
        return folded.joined().count >= 6 ? folded : nil
    }

    private static func fits(_ pieces: [String], _ title: String) -> Bool {
        guard let first = pieces.first, title.hasPrefix(first) || pieces.count > 1 else { return false }
        var rest = title[...]
        for piece in pieces {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
