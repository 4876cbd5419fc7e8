import JSON

/// Reads SARIF 2.1.0; results that passed and those that were suppressed are left out.
enum SARIFParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> [Finding] {
        let source = try Source(bytes, "SARIF")
        let root = try source.json()
        guard let version = root["version"]?.stringValue, let runs = root["runs"]?.arrayValue else {
            throw source.foreign("there are no \"version\" and \"runs\"")
        }
        guard version.hasPrefix("2.") else {
            throw source.foreign("the version is \"\(version.prefix(20))\", only 2.1.0 is read")
        }
        var findings: [Finding] = []
        for (place, run) in runs.enumerated() {
            let name = try source.string(run["tool"]?["driver"]?["name"], "runs[\(place)].tool.driver.name")
            for (number, result) in (run["results"]?.arrayValue ?? []).enumerated() {
                let path = "runs[\(place)].results[\(number)]"
                if let finding = try finding(result, run, tool: name, source, path) { findings.append(finding) }
            }
        }
        return findings
    }

    private static func finding(
        _ result: JSONValue, _ run: JSONValue, tool: String, _ source: Source, _ path: String
    ) throws(ReportError) -> Finding? {
        let kind = result["kind"]?.stringValue ?? "fail"
        if kind == "pass" || kind == "notApplicable" { return nil }
        let suppressions = result["suppressions"]?.arrayValue ?? []
        if suppressions.contains(where: { ($0["status"]?.stringValue ?? "accepted") == "accepted" }) { return nil }
        let driver = run["tool"]?["driver"]
        let rules = driver?["rules"]?.arrayValue ?? []
        let index = result["ruleIndex"]?.intValue ?? result["rule"]?["index"]?.intValue
        let id = result["ruleId"]?.stringValue ?? result["rule"]?["id"]?.stringValue
        let rule =
            index.flatMap { rules.indices.contains($0) ? rules[$0] : nil }
            ?? rules.first { $0["id"]?.stringValue == id && id != nil }
        let level = result["level"]?.stringValue ?? rule?["defaultConfiguration"]?["level"]?.stringValue ?? "warning"
        guard let message = message(result["message"], rule) else {
            throw source.malformed("\(path).message has no text")
        }
        let location = result["locations"]?[0]?["physicalLocation"]
        let region = location?["region"]
        let properties = result["properties"]
        let driverVersion = driver?["version"]?.stringValue ?? driver?["semanticVersion"]?.stringValue
        let help =
            properties?["helpURL"].map { $0.stringValue } ?? rule?["helpUri"]?.stringValue
        return Finding(
            tool: tool, toolVersion: driverVersion, rule: id ?? rule?["id"]?.stringValue ?? tool,
            severity: level == "none" ? .note : Severity(word: level) ?? .warning, message: message,
            file: file(location?["artifactLocation"], run), line: region?["startLine"]?.intValue,
            column: region?["startColumn"]?.intValue, endLine: region?["endLine"]?.intValue,
            endColumn: region?["endColumn"]?.intValue,
            isFixable: properties?["fixable"]?.boolValue ?? (result["fixes"]?.arrayValue?.isEmpty == false),
            helpURL: help, advisory: advisory(properties?["advisory"]),
            fingerprint: result["partialFingerprints"]?[SARIFWriter.fingerprintName]?.stringValue)
    }

    private static func message(_ message: JSONValue?, _ rule: JSONValue?) -> String? {
        let template = message?["id"]?.stringValue.flatMap { rule?["messageStrings"]?[$0]?["text"]?.stringValue }
        guard var text = message?["text"]?.stringValue ?? message?["markdown"]?.stringValue ?? template else {
            return nil
        }
        for (place, argument) in (message?["arguments"]?.arrayValue ?? []).prefix(100).enumerated() {
            guard let argument = argument.stringValue, let parts = text[...].cut("{\(place)}") else { continue }
            text = (String(parts.before) + argument + String(parts.after)).capped(4_000)
        }
        return text
    }

    private static func file(_ location: JSONValue?, _ run: JSONValue) -> String? {
        let listed = location?["index"]?.intValue.flatMap { run["artifacts"]?[$0]?["location"]?["uri"]?.stringValue }
        guard var uri = location?["uri"]?.stringValue ?? listed, !uri.isEmpty else { return nil }
        if uri.hasPrefix("file://") {
            let rest = uri.dropFirst(7)
            // A host may stand before the path.
            uri = String(rest.firstIndex(of: "/").map { rest[$0...] } ?? rest)
        }
        return URIPath.decoded(uri)
    }

    private static func advisory(_ value: JSONValue?) -> Advisory? {
        guard let package = value?["package"]?.stringValue, let id = value?["id"]?.stringValue else { return nil }
        return Advisory(
            package: package, version: value?["version"]?.stringValue,
            fixedVersions: value?["fixedVersions"].strings ?? [],
            id: id, aliases: value?["aliases"].strings ?? [])
    }
}

/// Paths in URIs.
enum URIPath {
    static func encoded(_ path: String) -> String {
        var result: [UInt8] = []
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.append(byte)
            default:
                result += (byte < 16 ? "%0" : "%").utf8
                result += String(byte, radix: 16, uppercase: true).utf8
            }
        }
        let text = String(decoding: result, as: UTF8.self)
        return path.hasPrefix("/") ? "file://" + text : text
    }

    static func decoded(_ uri: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(uri.utf8)
        var place = 0
        while place < bytes.count {
            let isEscape = bytes[place] == UInt8(ascii: "%") && place + 2 < bytes.count
            let digits = isEscape ? String(decoding: bytes[(place + 1)...(place + 2)], as: UTF8.self) : ""
            if isEscape, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) {
                result.append(byte)
                place += 3
            } else {
                result.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
