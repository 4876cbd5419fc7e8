import JSON

/// Reads the JSON of tools for Go.
enum GoFindings {
    /// The output of `go vet -json`, which goes to standard error with comments between the objects.
    static func vet(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "go vet JSON")
        var findings: [Finding] = []
        let values = try source.jsonStream()
        if values.isEmpty, !source.isBlank {
            var isComment = true
            try source.eachLine { text, _ throws(ReportError) in
                if !text.isEmpty, !text.hasPrefix("#") { isComment = false }
            }
            guard isComment else { throw source.foreign("there is no JSON in the output") }
        }
        for (line, value) in values {
            for (package, analyzers) in try source.object(value, "the value on line \(line)") {
                guard let analyzers = analyzers.objectValue else {
                    throw source.foreign(line: line, "the value of \"\(package)\" is not an object")
                }
                for (rule, result) in analyzers {
                    if let error = result["error"]?.stringValue {
                        findings.append(
                            Finding(tool: "go vet", rule: "syntax", severity: .error, message: "\(package): \(error)"))
                    }
                    for item in result.arrayValue ?? [] {
                        let place = Place(item["posn"]?.stringValue ?? "")
                        let end = Place(item["end"]?.stringValue ?? "")
                        let message = try source.string(item["message"], "a message of \(rule) in \(package)")
                        findings.append(
                            Finding(
                                tool: "go vet", rule: rule, severity: .error, message: message, file: place.file,
                                line: place.line, column: place.column, endLine: end.line, endColumn: end.column,
                                isFixable: item["suggested_fixes"]?.arrayValue?.isEmpty == false))
                    }
                }
            }
        }
        return findings
    }

    static func staticcheck(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "staticcheck JSON")
        let values = try source.jsonStream()
        guard !values.isEmpty || source.isBlank else { throw source.foreign("there is no JSON in the output") }
        var findings: [Finding] = []
        for (line, value) in values {
            guard let code = value["code"]?.stringValue, let message = value["message"]?.stringValue else {
                throw source.foreign(line: line, "the value has no \"code\" and \"message\"")
            }
            if value["severity"]?.stringValue == "ignored" { continue }
            let isCompile = code == "compile"
            findings.append(
                Finding(
                    tool: "staticcheck", rule: isCompile ? "syntax" : code,
                    severity: value["severity"]?.stringValue.flatMap { Severity(word: $0) } ?? .warning,
                    message: message, file: value["location"]?["file"]?.stringValue?.trimmedOrNil,
                    line: value["location"]?["line"]?.intValue, column: value["location"]?["column"]?.intValue,
                    endLine: value["end"]?["line"]?.intValue, endColumn: value["end"]?["column"]?.intValue,
                    helpURL: isCompile ? nil : "https://staticcheck.dev/docs/checks/#\(code)"))
        }
        return findings
    }

    /// The vulnerabilities with the closest use of each: called, imported or only required.
    static func govulncheck(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        struct Key: Hashable {
            var id: String
            var module: String
        }
        let source = try Source(bytes, "govulncheck JSON")
        var version: String?
        var isKnown = false
        var advisories: [String: JSONValue] = [:]
        var order: [Key] = []
        var closest: [Key: (severity: Severity, finding: JSONValue)] = [:]
        for (line, value) in try source.jsonStream() {
            isKnown = isKnown || ["config", "osv", "finding", "progress", "SBOM"].contains { value[$0] != nil }
            if let config = value["config"] { version = config["scanner_version"]?.stringValue ?? version }
            if let advisory = value["osv"], let id = advisory["id"]?.stringValue { advisories[id] = advisory }
            guard let finding = value["finding"] else { continue }
            guard let id = finding["osv"]?.stringValue, let frame = finding["trace"]?[0],
                let module = frame["module"]?.stringValue
            else { throw source.malformed(line: line, "a finding has no \"osv\" or no \"trace\"") }
            let severity: Severity =
                frame["function"] != nil ? .error : frame["package"] != nil ? .warning : .note
            let key = Key(id: id, module: module)
            if let known = closest[key] {
                guard
                    Severity.allCases.firstIndex(of: severity) ?? 0 < Severity.allCases.firstIndex(of: known.severity)
                        ?? 0
                else { continue }
            } else {
                order.append(key)
            }
            closest[key] = (severity, finding)
        }
        guard isKnown else { throw source.foreign("there is neither \"config\" nor \"finding\"") }
        return order.compactMap { key in
            guard let (severity, finding) = closest[key] else { return nil }
            let place = finding["trace"]?.arrayValue?.last { $0["position"] != nil }?["position"]
            let fixed = finding["fixed_version"]?.stringValue?.trimmedOrNil
            let advisory = Advisory(
                package: key.module, version: finding["trace"]?[0]?["version"]?.stringValue,
                fixedVersions: fixed.map { [$0] } ?? [], id: key.id,
                aliases: advisories[key.id]?["aliases"].strings ?? [])
            return Finding(
                tool: "govulncheck", toolVersion: version, advisory, severity: severity,
                text: advisories[key.id]?["summary"]?.stringValue, file: place?["filename"]?.stringValue,
                line: place?["line"]?.intValue, column: place?["column"]?.intValue, isFixable: fixed != nil,
                helpURL: "https://pkg.go.dev/vuln/\(key.id)")
        }
    }

    /// `file:line:column`, where both numbers may be missing.
    private struct Place {
        var file: String?
        var line: Int?
        var column: Int?

        init(_ text: String) {
            var parts = text.split(separator: ":", omittingEmptySubsequences: false)
            var numbers: [Int] = []
            while parts.count > 1, numbers.count < 2, let number = parts.last.flatMap({ Int($0) }) {
                numbers.insert(number, at: 0)
                parts.removeLast()
            }
            let path = parts.joined(separator: ":")
            file = path.isEmpty ? nil : path
            line = numbers.first
            column = numbers.count > 1 ? numbers[1] : nil
        }
    }
}
