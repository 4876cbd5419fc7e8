import JSON

extension ComplexityFormat {
    /// Reads what a tool wrote.
    package func parse(_ bytes: [UInt8]) throws(ReportError) -> ComplexityReport {
        switch self {
        case .radon: try RadonParser.parse(bytes)
        case .lizard: try LizardParser.parse(bytes)
        case .gocyclo: try GocycloParser.parse(bytes)
        }
    }
}

/// Reads the JSON of `radon cc`; classes, which sum up their methods, are left out.
private enum RadonParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> ComplexityReport {
        let source = try Source(bytes, "radon JSON")
        guard let files = try source.json().objectValue else { throw source.foreign("the JSON is not an object") }
        var functions: [FunctionComplexity] = []
        var unread: [String] = []
        for (file, value) in files {
            if value["error"] != nil {
                unread.append(file)
                continue
            }
            guard let blocks = value.arrayValue else { throw source.foreign("the value of \"\(file)\" is not a list") }
            for block in blocks { try add(block, file: file, within: nil, to: &functions, source) }
        }
        return ComplexityReport(functions: functions, unread: unread)
    }

    private static func add(
        _ block: JSONValue, file: String, within outer: String?, to list: inout [FunctionComplexity], _ source: Source
    ) throws(ReportError) {
        if block["type"]?.stringValue == "class" { return }
        let own = try source.string(block["name"], "a name in \(file)")
        let name = [outer, block["classname"]?.stringValue, own].compactMap { $0 }.joined(separator: ".")
        list.append(
            FunctionComplexity(
                file: file, name: name, line: try source.int(block["lineno"], "lineno of \(name) in \(file)"),
                endLine: block["endline"]?.intValue,
                cyclomatic: try source.int(block["complexity"], "complexity of \(name) in \(file)")))
        for closure in block["closures"]?.arrayValue ?? [] {
            try add(closure, file: file, within: name, to: &list, source)
        }
    }
}

/// Reads the CSV of lizard, with its header or without.
private enum LizardParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> ComplexityReport {
        let source = try Source(bytes, "lizard CSV")
        var functions: [FunctionComplexity] = []
        // A quoted field may hold a line feed.
        var held = ""
        var heldLine = 0
        try source.eachLine { text, number throws(ReportError) in
            if held.isEmpty, text.isEmpty { return }
            if held.isEmpty { heldLine = number }
            held += held.isEmpty ? text : "\n" + text
            guard held.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2) else {
                guard held.utf8.count < 100_000 else {
                    throw source.malformed(line: heldLine, "a quoted field does not end")
                }
                return
            }
            let row = fields(held)
            held = ""
            if heldLine == 1, row.first?.lowercased() == "nloc" { return }
            guard row.count >= 11, let complexity = Int(row[1]), let line = Int(row[9]), let end = Int(row[10]) else {
                let why = "this row has not the eleven fields of lizard"
                throw functions.isEmpty
                    ? source.foreign(line: heldLine, why) : source.malformed(line: heldLine, why)
            }
            functions.append(
                FunctionComplexity(file: row[6], name: row[7], line: line, endLine: end, cyclomatic: complexity))
        }
        if !held.isEmpty { throw source.truncated(line: heldLine, "a quoted field does not end") }
        return ComplexityReport(functions: functions)
    }

    private static func fields(_ row: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var wasQuote = false
        for character in row.unicodeScalars {
            let place = fields.count - 1
            if character == "\"" {
                // Two in a row within quotes stand for one.
                if wasQuote, !isQuoted { fields[place].unicodeScalars.append(character) }
                isQuoted.toggle()
                wasQuote = !isQuoted
                continue
            }
            wasQuote = false
            if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[place].unicodeScalars.append(character)
            }
        }
        return fields
    }
}

/// Reads the lines of gocyclo: `complexity package function file:line:column`.
private enum GocycloParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> ComplexityReport {
        let source = try Source(bytes, "gocyclo")
        var functions: [FunctionComplexity] = []
        try source.eachLine { text, number throws(ReportError) in
            if text.isEmpty || text.hasPrefix("Average") || text.hasPrefix("Total") { return }
            let words = text.split(separator: " ", maxSplits: 3)
            guard words.count == 4, let complexity = Int(words[0]) else {
                let why = "this is not \"complexity package function file:line:column\""
                throw functions.isEmpty ? source.foreign(line: number, why) : source.malformed(line: number, why)
            }
            let place = words[3].split(separator: ":")
            guard place.count >= 3, let line = Int(place[place.count - 2]) else {
                throw source.malformed(line: number, "the place is not \"file:line:column\"")
            }
            functions.append(
                FunctionComplexity(
                    file: place.dropLast(2).joined(separator: ":"), name: "\(words[1]).\(words[2])", line: line,
                    cyclomatic: complexity))
        }
        return ComplexityReport(functions: functions)
    }
}
