import JSON

/// Reads the JSON of tools for Python.
enum PythonFindings {
    static func ruff(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "ruff JSON")
        guard let list = try source.json().arrayValue else { throw source.foreign("the JSON is not a list") }
        var findings: [Finding] = []
        for (place, value) in list.enumerated() {
            let code = value["code"]?.stringValue ?? "syntax"
            let isSyntax = code == "syntax" || code == "invalid-syntax"
            guard let file = value["filename"]?.stringValue, let message = value["message"]?.stringValue else {
                throw source.foreign("element \(place) has no \"filename\" and \"message\"")
            }
            let fix = value["fix"]?.objectValue
            let isSafe = fix.map { ($0["applicability"]?.stringValue ?? "safe") == "safe" } ?? false
            let severity = value["severity"]?.stringValue ?? (isSyntax ? "error" : "warning")
            findings.append(
                Finding(
                    tool: "ruff", rule: isSyntax ? "syntax" : code, severity: Severity(word: severity) ?? .warning,
                    message: message, file: file, line: value["location"]?["row"]?.intValue,
                    column: value["location"]?["column"]?.intValue, endLine: value["end_location"]?["row"]?.intValue,
                    endColumn: value["end_location"]?["column"]?.intValue, isFixable: isSafe,
                    helpURL: value["url"]?.stringValue))
        }
        return findings
    }

    /// Passwords that bandit found are cut from its messages.
    static func bandit(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "bandit JSON")
        let root = try source.json()
        guard let results = root["results"]?.arrayValue, root["metrics"] != nil || root["errors"] != nil else {
            throw source.foreign("there are no \"results\" and \"metrics\"")
        }
        var findings: [Finding] = []
        for error in root["errors"]?.arrayValue ?? [] {
            findings.append(
                Finding(
                    tool: "bandit", rule: "syntax", severity: .error,
                    message: error["reason"]?.stringValue ?? "the file could not be read",
                    file: error["filename"]?.stringValue))
        }
        for (place, value) in results.enumerated() {
            let rule = try source.string(value["test_id"], "results[\(place)].test_id")
            var message = try source.string(value["issue_text"], "results[\(place)].issue_text")
            if ["B105", "B106", "B107"].contains(rule), let parts = message[...].cut(":") {
                message = String(parts.before)
            }
            let severity: Severity =
                switch value["issue_severity"]?.stringValue {
                case "HIGH": .error
                case "MEDIUM": .warning
                default: .note
                }
            let column = value["col_offset"]?.intValue
            let end = value["end_col_offset"]?.intValue
            findings.append(
                Finding(
                    tool: "bandit", rule: rule, severity: severity, message: message,
                    file: try source.string(value["filename"], "results[\(place)].filename"),
                    line: value["line_number"]?.intValue, column: column.flatMap { $0 < .max ? $0 + 1 : nil },
                    endLine: value["line_range"]?.arrayValue?.last?.intValue,
                    endColumn: end.flatMap { $0 < .max && $0 > 0 ? $0 + 1 : nil },
                    helpURL: value["more_info"]?.stringValue))
        }
        return findings
    }

    static func pipAudit(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "pip-audit JSON")
        let root = try source.json()
        // Older versions write the list alone.
        guard let dependencies = root["dependencies"]?.arrayValue ?? root.arrayValue else {
            throw source.foreign("there is no \"dependencies\"")
        }
        var findings: [Finding] = []
        for (place, dependency) in dependencies.enumerated() {
            guard let name = dependency["name"]?.stringValue else {
                throw source.foreign("dependency \(place) has no \"name\"")
            }
            for value in dependency["vulns"]?.arrayValue ?? [] {
                let advisory = Advisory(
                    package: name, version: dependency["version"]?.stringValue,
                    fixedVersions: value["fix_versions"].strings,
                    id: try source.string(value["id"], "an id of a vulnerability of \(name)"),
                    aliases: value["aliases"].strings)
                let text = value["description"]?.stringValue ?? ""
                findings.append(
                    Finding(
                        tool: "pip-audit", advisory, severity: .error,
                        text: text.split(separator: "\n").first.map(String.init),
                        isFixable: !advisory.fixedVersions.isEmpty,
                        helpURL: "https://osv.dev/vulnerability/\(advisory.id)"))
            }
        }
        return findings
    }
}

extension Severity {
    /// The severity that a tool's word stands for; nil for a word that none uses.
    init?(word: String) {
        switch word.lowercased() {
        case "error", "fatal", "fatal error", "critical", "high", "err": self = .error
        case "warning", "warn", "moderate", "medium": self = .warning
        case "note", "info", "information", "low", "style", "refactor", "convention", "help", "remark", "none",
            "hint", "inventory", "experiment":
            self = .note
        default: return nil
        }
    }
}

extension Optional<JSONValue> {
    /// The strings of a list.
    var strings: [String] { self?.arrayValue?.compactMap(\.stringValue) ?? [] }
}

extension Finding {
    /// A finding about a dependency.
    init(
        tool: String, toolVersion: String? = nil, _ advisory: Advisory, severity: Severity, text: String?,
        file: String? = nil, line: Int? = nil, column: Int? = nil, isFixable: Bool, helpURL: String? = nil
    ) {
        let name = [advisory.package, advisory.version].compactMap { $0 }.joined(separator: " ")
        self.init(
            tool: tool, toolVersion: toolVersion, rule: advisory.id, severity: severity,
            message: "\(name): \(text?.trimmedOrNil ?? advisory.id)", file: file, line: line, column: column,
            isFixable: isFixable, helpURL: helpURL, advisory: advisory)
    }
}
