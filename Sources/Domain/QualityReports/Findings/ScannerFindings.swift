import JSON

/// Reads the JSON of scanners for any language.
enum ScannerFindings {
    /// Takes where and what, never the secret or the line it is in.
    static func gitleaks(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "gitleaks JSON")
        let root = try source.json()
        if root.isNull { return [] }
        guard let list = root.arrayValue else { throw source.foreign("the JSON is not a list") }
        var findings: [Finding] = []
        for (place, value) in list.enumerated() {
            guard let rule = value["RuleID"]?.stringValue, let file = value["File"]?.stringValue else {
                throw source.foreign("element \(place) has no \"RuleID\" and \"File\"")
            }
            findings.append(
                Finding(
                    tool: "gitleaks", rule: rule, severity: .error,
                    message: value["Description"]?.stringValue?.trimmedOrNil ?? "a secret", file: file,
                    line: value["StartLine"]?.intValue, column: value["StartColumn"]?.intValue,
                    endLine: value["EndLine"]?.intValue, endColumn: value["EndColumn"]?.intValue))
        }
        return findings
    }

    static func semgrep(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "semgrep JSON")
        let root = try source.json()
        guard let results = root["results"]?.arrayValue, root["errors"]?.arrayValue != nil else {
            throw source.foreign("there are no \"results\" and \"errors\"")
        }
        let version = root["version"]?.stringValue
        var findings: [Finding] = []
        for error in root["errors"]?.arrayValue ?? [] {
            guard let message = error["message"]?.stringValue else { continue }
            findings.append(
                Finding(
                    tool: "semgrep", toolVersion: version, rule: "syntax",
                    severity: error["level"]?.stringValue.flatMap { Severity(word: $0) } ?? .warning, message: message,
                    file: error["path"]?.stringValue))
        }
        for (place, value) in results.enumerated() {
            let extra = value["extra"]
            let metadata = extra?["metadata"]
            findings.append(
                Finding(
                    tool: "semgrep", toolVersion: version,
                    rule: try source.string(value["check_id"], "results[\(place)].check_id"),
                    severity: extra?["severity"]?.stringValue.flatMap { Severity(word: $0) } ?? .warning,
                    message: extra?["message"]?.stringValue ?? "",
                    file: try source.string(value["path"], "results[\(place)].path"),
                    line: value["start"]?["line"]?.intValue, column: value["start"]?["col"]?.intValue,
                    endLine: value["end"]?["line"]?.intValue, endColumn: value["end"]?["col"]?.intValue,
                    isFixable: extra?["fix"]?.stringValue != nil,
                    helpURL: metadata?["shortlink"]?.stringValue ?? metadata?["source"]?.stringValue))
        }
        return findings
    }
}
