/// Findings as a SARIF 2.1.0 log, which editors and code hosts read.
package struct SarifReport: Sendable, Hashable {
    private let findings: [Finding]
    private let folder: String

    /// - Parameter folder: Where the documents are, relative to the project's root, such as `specs/001-json-flag`.
    package init(_ findings: [Finding], folder: String) {
        self.findings = findings
        self.folder = folder
    }

    /// One JSON object on one line; the same findings always give the same bytes.
    package var json: String {
        let rules = AnalysisRule.allCases.map { rule in
            "{\"id\":\(Self.quoted(rule.id)),\"name\":\(Self.quoted("\(rule)")),\"shortDescription\":{\"text\":"
                + "\(Self.quoted(rule.title))},\"defaultConfiguration\":{\"level\":\"\(rule.severity.rawValue)\"}}"
        }
        return
            "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":"
            + "{\"driver\":{\"name\":\"vencejo specs analyze\",\"rules\":[\(rules.joined(separator: ","))]}},"
            + "\"results\":[\(findings.map(result).joined(separator: ","))]}]}"
    }

    private func result(_ finding: Finding) -> String {
        let path =
            finding.document == "constitution.md" || folder.isEmpty ? finding.document : "\(folder)/\(finding.document)"
        let uri = finding.document == "constitution.md" ? ".specify/memory/constitution.md" : path
        let region = finding.line.map { ",\"region\":{\"startLine\":\($0)}" } ?? ""
        let index = AnalysisRule.allCases.firstIndex(of: finding.rule) ?? 0
        return "{\"ruleId\":\(Self.quoted(finding.rule.id)),\"ruleIndex\":\(index),\"level\":"
            + "\"\(finding.severity.rawValue)\",\"message\":{\"text\":\(Self.quoted("\(finding.message) \(finding.fix)"))},"
            + "\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\(Self.quoted(uri))}\(region)}}]}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 32:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
