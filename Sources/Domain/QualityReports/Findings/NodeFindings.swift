import JSON

/// Reads the JSON of tools for JavaScript.
enum NodeFindings {
    static func eslint(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "ESLint JSON")
        guard let files = try source.json().arrayValue else { throw source.foreign("the JSON is not a list") }
        var findings: [Finding] = []
        for (place, value) in files.enumerated() {
            guard let file = value["filePath"]?.stringValue, let messages = value["messages"]?.arrayValue else {
                throw source.foreign("element \(place) has no \"filePath\" and \"messages\"")
            }
            for message in messages {
                let isFatal = message["fatal"]?.boolValue == true
                findings.append(
                    Finding(
                        tool: "eslint", rule: message["ruleId"]?.stringValue ?? (isFatal ? "syntax" : "eslint"),
                        severity: isFatal || message["severity"]?.intValue == 2 ? .error : .warning,
                        message: try source.string(message["message"], "a message of \(file)"), file: file,
                        line: message["line"]?.intValue, column: message["column"]?.intValue,
                        endLine: message["endLine"]?.intValue, endColumn: message["endColumn"]?.intValue,
                        isFixable: message["fix"]?.objectValue != nil))
            }
        }
        return findings
    }

    static func npmAudit(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "npm audit JSON")
        let root = try source.json()
        if let error = root["error"], root["vulnerabilities"] == nil {
            let words = error["summary"]?.stringValue ?? error["code"]?.stringValue ?? "it gives no reason"
            throw source.malformed("npm could not audit: \(words.capped(200))")
        }
        if let packages = root["vulnerabilities"]?.objectValue, root["auditReportVersion"] != nil {
            return packages.flatMap { vulnerabilities(of: $0.key, $0.value) }
        }
        guard let advisories = root["advisories"]?.objectValue else {
            throw source.foreign("there is neither \"auditReportVersion\" nor \"advisories\"")
        }
        return advisories.flatMap { versionSix($0.key, $0.value) }
    }

    /// Entries that only name another package are left out: the other one is listed itself.
    private static func vulnerabilities(of name: String, _ value: JSONValue) -> [Finding] {
        let fix = value["fixAvailable"]
        let isFixable = fix?.boolValue == true || fix?.objectValue != nil
        let fixed = fix?["name"]?.stringValue == name ? fix?["version"]?.stringValue : nil
        return (value["via"]?.arrayValue ?? []).compactMap { via -> Finding? in
            guard via.objectValue != nil else { return nil }
            let url = via["url"]?.stringValue
            let id = url.flatMap(ghsa) ?? via["source"]?.intValue.map { "npm-\($0)" } ?? "npm"
            let advisory = Advisory(
                package: via["name"]?.stringValue ?? name, version: nil, fixedVersions: fixed.map { [$0] } ?? [],
                id: id)
            return Finding(
                tool: "npm-audit", advisory, severity: severity(via["severity"] ?? value["severity"]),
                text: via["title"]?.stringValue, isFixable: isFixable, helpURL: url)
        }
    }

    private static func versionSix(_ key: String, _ value: JSONValue) -> [Finding] {
        let url = value["url"]?.stringValue
        let id = value["github_advisory_id"]?.stringValue ?? url.flatMap(ghsa) ?? "npm-\(key)"
        let patched = value["patched_versions"]?.stringValue.flatMap { $0 == "<0.0.0" ? nil : $0 }
        let versions = (value["findings"]?.arrayValue ?? []).compactMap { $0["version"]?.stringValue }
        return (versions.isEmpty ? [nil] : versions.map(Optional.init)).map { version in
            let advisory = Advisory(
                package: value["module_name"]?.stringValue ?? key, version: version,
                fixedVersions: patched.map { [$0] } ?? [], id: id, aliases: value["cves"].strings)
            return Finding(
                tool: "npm-audit", advisory, severity: severity(value["severity"]), text: value["title"]?.stringValue,
                isFixable: patched != nil, helpURL: url)
        }
    }

    private static func severity(_ value: JSONValue?) -> Severity {
        value?.stringValue.flatMap { Severity(word: $0) } ?? .warning
    }

    private static func ghsa(_ url: String) -> String? {
        url.split(separator: "/").last.flatMap { $0.hasPrefix("GHSA-") ? String($0) : nil }
    }
}
