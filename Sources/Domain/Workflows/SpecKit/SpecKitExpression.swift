import JSON

/// Writes spec-kit's `{{ … }}` as our expressions.
struct SpecKitExpression {
    /// The type of each step by id, as spec-kit calls it.
    var kinds: [String: String] = [:]
    /// The folder that the file stands in.
    var folder = ""
    /// What `fan_in.results` stands for, where it is known.
    var results = "null"

    /// A text with `{{ … }}` in it, as a text with `${ … }`.
    func template(_ source: String) throws(ExpressionError) -> String {
        let scalars = Array(source.unicodeScalars)
        var written = ""
        var place = 0
        while place < scalars.count {
            if scalars[place...].starts(with: "{{".unicodeScalars) {
                guard let end = Self.end(scalars, from: place + 2) else {
                    throw ExpressionError(column: place + 1, message: "'{{' has no '}}'")
                }
                let inside = String(String.UnicodeScalarView(scalars[(place + 2)..<end]))
                written += "${\(try expression(inside, column: place + 3))}"
                place = end + 2
            } else {
                // What is '${' here belongs to the shell, or is plain text.
                if scalars[place...].starts(with: "${".unicodeScalars) { written += "$" }
                written.unicodeScalars.append(scalars[place])
                place += 1
            }
        }
        return written
    }

    /// The inside of `{{ … }}`.
    func expression(_ source: String, column: Int = 1) throws(ExpressionError) -> String {
        var parts = Self.split(source, at: "|")
        var value = try core(parts.removeFirst(), column)
        for part in parts { value = try filtered(value, by: part, column) }
        return value
    }

    private func filtered(_ value: String, by filter: String, _ column: Int) throws(ExpressionError) -> String {
        let text = Self.trimmed(filter)
        let name = String(text.prefix { $0.isLetter || $0 == "_" })
        let rest = Self.trimmed(String(text.dropFirst(name.count)))
        let argument = rest.hasPrefix("(") && rest.hasSuffix(")") ? String(rest.dropFirst().dropLast()) : nil
        switch (name, argument) {
        case ("default", nil) where rest.isEmpty: return "default(\(value), '')"
        case ("from_json", nil) where rest.isEmpty: return "from_json(\(value))"
        case ("default", let argument?), ("join", let argument?), ("contains", let argument?), ("map", let argument?):
            return "\(name)(\(value), \(try core(argument, column)))"
        default:
            let known = "default, join, map, contains and from_json"
            throw ExpressionError(column: column, message: "'| \(text)' is no filter; there are \(known)")
        }
    }

    /// Everything but filters: operators and values are written alike, names are not.
    private func core(_ source: String, _ column: Int) throws(ExpressionError) -> String {
        let scalars = Array(source.unicodeScalars)
        var written = ""
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            if scalar == "'" || scalar == "\"" {
                guard let end = scalars[(place + 1)...].firstIndex(of: scalar) else {
                    throw ExpressionError(column: column + place, message: "this text has no \(scalar) at its end")
                }
                // There are no escapes: a backslash is a backslash.
                let text = String(String.UnicodeScalarView(scalars[(place + 1)..<end]))
                written += ExpressionNode.text(of: .string(text))
                place = end + 1
            } else if ExpressionLexer.isLetter(scalar) {
                var end = place
                while end < scalars.count, Self.isPath(scalars[end]) || Self.isIndex(scalars, end) { end += 1 }
                written += name(String(String.UnicodeScalarView(scalars[place..<end])))
                place = end
            } else {
                written.unicodeScalars.append(scalar)
                place += 1
            }
        }
        return Self.trimmed(written)
    }

    private func name(_ path: String) -> String {
        switch path {
        case "and", "or", "not", "in": return path
        case "true", "True", "TRUE": return "true"
        case "false", "False", "FALSE": return "false"
        default: break
        }
        let parts = path.split(separator: ".").map(String.init)
        switch parts[0] {
        case "inputs", "item": return Self.path(parts[0], parts.dropFirst())
        case "steps" where parts.count > 1: return step(parts[1], parts.dropFirst(2))
        case "fan_in" where parts.element(1)?.hasPrefix("results") == true:
            return Self.path(results + parts[1].dropFirst("results".count), parts.dropFirst(2))
        case "context" where path == "context.run_id": return "run.id"
        case "context" where path == "context.workflow_dir": return ExpressionNode.text(of: .string(folder))
        // A name that is not known is empty there.
        default: return "null"
        }
    }

    private func step(_ id: String, _ members: ArraySlice<String>) -> String {
        let step = Self.path("steps", [id][...])
        guard members.first == "output" else { return members.isEmpty ? step : "null" }
        let outputs = step + ".outputs"
        let rest = members.dropFirst()
        guard let first = rest.first else { return outputs }
        let own = first.prefix { $0 != "[" }
        let behind = rest.dropFirst()
        switch (kinds[id] ?? "", own) {
        case ("command", "exit_code"), ("prompt", "exit_code"): return "(\(step).error == null ? 0 : 1)"
        case ("command", "stdout"), ("prompt", "stdout"): return "(\(outputs).summary ?? '')"
        case ("command", "stderr"), ("prompt", "stderr"): return "(\(step).error == null ? '' : to_json(\(step).error))"
        case ("gate", "choice"): return outputs + ".answer"
        case ("shell", "exit_code"), ("shell", "stdout"), ("shell", "stderr"), ("shell", "data"), ("fan-in", _):
            return Self.path(outputs, rest)
        case ("fan-out", "results"), ("fan-out", "items"):
            return Self.path(outputs + ".items" + first.dropFirst(own.count), behind)
        case ("fan-out", "item_count"): return "length(\(outputs).items)"
        // What the step does not give is empty there, too.
        default: return "null"
        }
    }

    private static func path(_ root: String, _ members: ArraySlice<String>) -> String {
        members.reduce(root) { path, member in
            let name = member.prefix { $0 != "[" }
            let index = member.dropFirst(name.count)
            let isPlain = name.unicodeScalars.first.map(ExpressionLexer.isLetter) ?? false
            return path + (isPlain ? ".\(name)" : "['\(name)']") + index
        }
    }

    private static func isPath(_ scalar: Unicode.Scalar) -> Bool {
        ExpressionLexer.isLetter(scalar) || ExpressionLexer.isDigit(scalar) || scalar == "-" || scalar == "."
    }

    private static func isIndex(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        if scalars[place] == "]" { return scalars[..<place].lastIndex(of: "[") != nil }
        return scalars[place] == "[" && scalars.element(place + 1).map(ExpressionLexer.isDigit) ?? false
    }

    private static func trimmed(_ text: String) -> String {
        let rest = text.drop { $0.isWhitespace }
        return String(rest.dropLast(rest.reversed().prefix { $0.isWhitespace }.count))
    }

    private static func end(_ scalars: [Unicode.Scalar], from start: Int) -> Int? {
        var quote: Unicode.Scalar?
        for place in start..<max(start, scalars.count - 1) {
            if let open = quote {
                if scalars[place] == open { quote = nil }
            } else if scalars[place] == "'" || scalars[place] == "\"" {
                quote = scalars[place]
            } else if scalars[place] == "}", scalars[place + 1] == "}" {
                return place
            }
        }
        return nil
    }

    private static func split(_ text: String, at separator: Unicode.Scalar) -> [String] {
        var parts = [""]
        var quote: Unicode.Scalar?
        var depth = 0
        for scalar in text.unicodeScalars {
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "(" || scalar == "[" {
                depth += 1
            } else if scalar == ")" || scalar == "]" {
                depth -= 1
            } else if scalar == separator, depth == 0 {
                parts.append("")
                continue
            }
            parts[parts.count - 1].unicodeScalars.append(scalar)
        }
        return parts
    }
}
