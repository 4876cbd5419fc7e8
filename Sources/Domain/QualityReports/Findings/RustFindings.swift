import JSON

/// Reads the JSON of tools for Rust.
enum RustFindings {
    /// The messages of cargo or of the compiler itself, one a line; lines of other text are skipped.
    static func rustc(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "rustc JSON")
        let values = try source.jsonStream()
        var isKnown = false
        var seen: Set<Finding> = []
        var findings: [Finding] = []
        for (_, value) in values {
            isKnown = isKnown || value["reason"] != nil || value["$message_type"] != nil || value["spans"] != nil
            let isCargo = value["reason"]?.stringValue == "compiler-message"
            guard let message = isCargo ? value["message"] : value["spans"] == nil ? nil : value,
                let finding = finding(message)
            else { continue }
            // A library is compiled once for itself and once for its tests.
            if seen.insert(finding).inserted { findings.append(finding) }
        }
        guard isKnown || source.isBlank else { throw source.foreign("there is no message of cargo or rustc") }
        return findings
    }

    private static func finding(_ message: JSONValue) -> Finding? {
        guard let text = message["message"]?.stringValue, let level = message["level"]?.stringValue,
            level != "failure-note"
        else { return nil }
        let spans = message["spans"]?.arrayValue ?? []
        let span = spans.first { $0["is_primary"]?.boolValue == true } ?? spans.first
        let code = message["code"]?["code"]?.stringValue
        // Sums like "aborting due to 2 previous errors" and "3 warnings emitted".
        if span == nil, code == nil, text.hasPrefix("aborting due to") || text.hasSuffix(" emitted") { return nil }
        let isClippy = code?.hasPrefix("clippy::") == true
        let children = message["children"]?.arrayValue ?? []
        let isFixable = children.contains { child in
            (child["spans"]?.arrayValue ?? []).contains {
                $0["suggestion_applicability"]?.stringValue == "MachineApplicable"
            }
        }
        let help = children.compactMap { $0["message"]?.stringValue?[...].cut("for further information visit ")?.after }
        return Finding(
            tool: isClippy ? "clippy" : "rustc", rule: code ?? (level.hasPrefix("error") ? "syntax" : level),
            severity: level.hasPrefix("error") ? .error : Severity(word: level) ?? .warning, message: text,
            file: span?["file_name"]?.stringValue, line: span?["line_start"]?.intValue,
            column: span?["column_start"]?.intValue, endLine: span?["line_end"]?.intValue,
            endColumn: span?["column_end"]?.intValue, isFixable: isFixable,
            helpURL: help.first.map { String($0.trimmed) })
    }

    static func audit(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "cargo audit JSON")
        let root = try source.json()
        guard let list = root["vulnerabilities"]?["list"]?.arrayValue else {
            throw source.foreign("there is no \"vulnerabilities\" with a \"list\"")
        }
        var findings: [Finding] = []
        for (place, value) in list.enumerated() {
            findings.append(try finding(value, .error, source, "vulnerabilities.list[\(place)]"))
        }
        for (kind, values) in root["warnings"]?.objectValue ?? [:] {
            for (place, value) in (values.arrayValue ?? []).enumerated() {
                if value["advisory"]?.objectValue != nil {
                    findings.append(try finding(value, .warning, source, "warnings.\(kind)[\(place)]"))
                } else if let name = value["package"]?["name"]?.stringValue {
                    let advisory = Advisory(package: name, version: value["package"]?["version"]?.stringValue, id: kind)
                    findings.append(
                        Finding(tool: "cargo-audit", advisory, severity: .warning, text: kind, isFixable: false))
                }
            }
        }
        return findings
    }

    private static func finding(
        _ value: JSONValue, _ severity: Severity, _ source: Source, _ path: String
    ) throws(ReportError) -> Finding {
        let advisory = Advisory(
            package: try source.string(value["package"]?["name"], "\(path).package.name"),
            version: value["package"]?["version"]?.stringValue,
            fixedVersions: value["versions"]?["patched"].strings ?? [],
            id: try source.string(value["advisory"]?["id"], "\(path).advisory.id"),
            aliases: value["advisory"]?["aliases"].strings ?? [])
        return Finding(
            tool: "cargo-audit", advisory, severity: severity, text: value["advisory"]?["title"]?.stringValue,
            isFixable: !advisory.fixedVersions.isEmpty,
            helpURL: value["advisory"]?["url"]?.stringValue ?? "https://rustsec.org/advisories/\(advisory.id).html")
    }
}
