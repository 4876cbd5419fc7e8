package import JSON

/// Writes findings as SARIF 2.1.0, which code hosts and editors can show.
package enum SARIFWriter {
    /// The name of our fingerprint among those of a result.
    package static let fingerprintName = "vencejo/v1"

    /// One run for each tool; where tools take turns in the report, several of a tool.
    package static func json(_ report: FindingsReport) -> JSONValue {
        var runs: [JSONValue] = []
        var rest = report.findings[...]
        while let first = rest.first {
            let own = rest.prefix { $0.tool == first.tool && $0.toolVersion == first.toolVersion }
            rest = rest.dropFirst(own.count)
            runs.append(run(first.tool, first.toolVersion, Array(own)))
        }
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": .array(runs),
        ]
    }

    package static func write(_ report: FindingsReport) -> [UInt8] {
        Array(json(report).text(.pretty).utf8) + [0x0A]
    }

    private static func run(_ tool: String, _ version: String?, _ findings: [Finding]) -> JSONValue {
        var places: [String: Int] = [:]
        var rules: [JSONObject] = []
        for finding in findings where places[finding.rule] == nil {
            places[finding.rule] = rules.count
            var rule: JSONObject = ["id": .string(finding.rule)]
            if let url = finding.helpURL { rule["helpUri"] = .string(url) }
            rules.append(rule)
        }
        let results = findings.map { finding in
            let index = places[finding.rule] ?? 0
            return result(finding, index, helpURL: rules[index]["helpUri"]?.stringValue)
        }
        var driver: JSONObject = ["name": .string(tool)]
        if let version { driver["version"] = .string(version) }
        driver["rules"] = .array(rules.map { .object($0) })
        return ["tool": ["driver": .object(driver)], "results": .array(results)]
    }

    private static func result(_ finding: Finding, _ index: Int, helpURL: String?) -> JSONValue {
        var result: JSONObject = [
            "ruleId": .string(finding.rule), "ruleIndex": .integer(Int64(index)),
            "level": .string(finding.severity.rawValue), "message": ["text": .string(finding.message)],
            "partialFingerprints": [fingerprintName: .string(finding.fingerprint)],
        ]
        if let file = finding.file {
            var location: JSONObject = ["artifactLocation": ["uri": .string(URIPath.encoded(file))]]
            var region: JSONObject = [:]
            let members = [
                ("startLine", finding.line), ("startColumn", finding.column), ("endLine", finding.endLine),
                ("endColumn", finding.endColumn),
            ]
            for (name, value) in members { region[name] = value.map { .integer(Int64($0)) } }
            if !region.isEmpty { location["region"] = .object(region) }
            result["locations"] = [["physicalLocation": .object(location)]]
        }
        var properties: JSONObject = [:]
        if finding.isFixable { properties["fixable"] = true }
        if finding.helpURL != helpURL { properties["helpURL"] = finding.helpURL.map { .string($0) } ?? .null }
        if let advisory = finding.advisory {
            properties["advisory"] = [
                "package": .string(advisory.package), "version": advisory.version.map { .string($0) } ?? .null,
                "fixedVersions": .array(advisory.fixedVersions.map { .string($0) }), "id": .string(advisory.id),
                "aliases": .array(advisory.aliases.map { .string($0) }),
            ]
        }
        if !properties.isEmpty { result["properties"] = .object(properties) }
        return .object(result)
    }
}
