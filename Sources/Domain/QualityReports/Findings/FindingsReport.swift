/// What linters, type checkers and scanners found.
package struct FindingsReport: Codable, Hashable, Sendable {
    /// In the order of the tool; fingerprints differ from each other within the report.
    package private(set) var findings: [Finding]

    /// Takes findings; where fingerprints are equal, the later ones get the number of their occurrence mixed in.
    package init(findings: [Finding] = []) {
        self.findings = findings
        var seen: Set<String> = []
        var occurrences: [String: Int] = [:]
        for place in findings.indices {
            let print = findings[place].fingerprint
            guard !seen.insert(print).inserted else { continue }
            var next = ""
            repeat {
                occurrences[print, default: 1] += 1
                next = Fingerprint.of([print, "occurrence \(occurrences[print, default: 1])"])
            } while !seen.insert(next).inserted
            self.findings[place].fingerprint = next
        }
    }

    package func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }

    /// One report of several tools; a finding that is the same in all its members is kept once.
    package static func merging(_ reports: some Sequence<FindingsReport>) -> FindingsReport {
        var seen: Set<Finding> = []
        return FindingsReport(findings: reports.flatMap(\.findings).filter { seen.insert($0).inserted })
    }

    /// The findings whose fingerprints are not in the other report: what a change brought in.
    package func new(since earlier: FindingsReport) -> [Finding] {
        let known = Set(earlier.findings.map(\.fingerprint))
        return findings.filter { !known.contains($0.fingerprint) }
    }

    /// The same with other paths; a finding for whose file nil is given is left out.
    ///
    /// Fingerprints are computed anew from the new paths.
    package func mapPaths(_ transform: (String) -> String?) -> FindingsReport {
        FindingsReport(
            findings: findings.compactMap { finding in
                guard let file = finding.file else { return finding }
                guard let path = transform(file) else { return nil }
                var moved = finding
                moved.file = path
                moved.fingerprint = moved.computedFingerprint
                return moved
            })
    }
}

/// How bad a finding is.
package enum Severity: String, Codable, Hashable, Sendable, CaseIterable {
    case error, warning, note
}

/// One thing that a tool found.
package struct Finding: Codable, Hashable, Sendable {
    package var tool: String
    package var toolVersion: String?
    /// The tool's name for the rule; "syntax" where a tool could not read the file at all.
    package var rule: String
    package var severity: Severity
    package var message: String
    /// Nil for a finding about the whole, or about a dependency.
    package var file: String?
    /// From 1, as are columns; columns count as the tool counts.
    package var line: Int?
    package var column: Int?
    /// The last line of the place, where it is known.
    package var endLine: Int?
    package var endColumn: Int?
    /// Whether the tool itself can mend it.
    package var isFixable: Bool
    package var helpURL: String?
    /// Set where the finding is a known vulnerability of a dependency.
    package var advisory: Advisory?
    /// Sixteen hexadecimal digits, the same when only lines move; unique within a report.
    package var fingerprint: String

    /// - Parameter fingerprint: nil for one computed from tool, rule, file, message and advisory.
    package init(
        tool: String, toolVersion: String? = nil, rule: String, severity: Severity, message: String,
        file: String? = nil, line: Int? = nil, column: Int? = nil, endLine: Int? = nil, endColumn: Int? = nil,
        isFixable: Bool = false, helpURL: String? = nil, advisory: Advisory? = nil, fingerprint: String? = nil
    ) {
        self.tool = tool
        self.toolVersion = toolVersion
        self.rule = rule
        self.severity = severity
        self.message = message.capped(4_000)
        self.file = file
        // A place needs all of what is before it: a file a line, a line a column.
        self.line = file == nil ? nil : line.positive
        let isPlaced = self.line != nil
        self.column = isPlaced ? column.positive : nil
        self.endLine = isPlaced ? endLine.positive : nil
        self.endColumn = isPlaced ? endColumn.positive : nil
        self.isFixable = isFixable
        self.helpURL = helpURL
        self.advisory = advisory
        self.fingerprint = ""
        self.fingerprint = fingerprint ?? computedFingerprint
    }

    var computedFingerprint: String {
        // Digits in messages are often lines or counts, which move.
        let words = String(message.map { $0.isNumber ? "0" : $0 })
        return Fingerprint.of([tool, rule, file ?? "", words, advisory?.package ?? "", advisory?.id ?? ""])
    }
}

/// A known vulnerability of a dependency.
package struct Advisory: Codable, Hashable, Sendable {
    package var package: String
    /// The version in use; nil where the tool does not say.
    package var version: String?
    /// The versions in which it is mended, as the tool lists them.
    package var fixedVersions: [String]
    /// The id the tool uses: CVE, GHSA, PYSEC, RUSTSEC or GO.
    package var id: String
    package var aliases: [String]

    package init(
        package: String, version: String? = nil, fixedVersions: [String] = [], id: String, aliases: [String] = []
    ) {
        self.package = package
        self.version = version
        self.fixedVersions = fixedVersions
        self.id = id
        self.aliases = aliases
    }
}

/// A hash that is the same on every machine and in every version.
enum Fingerprint {
    /// FNV-1a over the parts, each ended by a byte that no UTF-8 text has.
    static func of(_ parts: [String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
