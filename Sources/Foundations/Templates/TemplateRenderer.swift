/// Fills values into a template's parts.
struct TemplateRenderer {
    private let name: String
    private let values: [String: TemplateValue]
    private var scopes: [(item: TemplateValue, index: Int)] = []
    private(set) var text = ""

    init(name: String, values: [String: TemplateValue]) {
        self.name = name
        self.values = values
    }

    mutating func render(_ parts: [TemplatePart]) throws(TemplateError) {
        for part in parts {
            switch part {
            case .text(let piece):
                text += piece
            case .value(let path):
                text += try string(try value(path), path)
            case .condition(let path, let then, let otherwise):
                try render(try value(path).isTrue ? then : otherwise)
            case .each(let path, let body):
                guard case .list(let items) = try value(path) else {
                    throw TemplateError(.wrongKind, name, path.place, "'\(path.text)' is no list")
                }
                for (index, item) in items.enumerated() {
                    scopes.append((item, index))
                    try render(body)
                    scopes.removeLast()
                }
            }
        }
    }

    private func string(_ value: TemplateValue, _ path: TemplatePath) throws(TemplateError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .list, .record: throw TemplateError(.wrongKind, name, path.place, "'\(path.text)' is no text")
        }
    }

    private func value(_ path: TemplatePath) throws(TemplateError) -> TemplateValue {
        var value = try root(path)
        for field in path.names.dropFirst() {
            guard case .record(let fields) = value else {
                throw TemplateError(.wrongKind, name, path.place, "'\(path.text)' asks for a field of what has none")
            }
            guard let next = fields[field] else {
                throw unknown(field, of: Array(fields.keys), path, "'\(path.text)' has no field '\(field)'")
            }
            value = next
        }
        return value
    }

    private func root(_ path: TemplatePath) throws(TemplateError) -> TemplateValue {
        let first = path.names.first ?? ""
        if first == "this" || first == "@index" {
            guard let scope = scopes.last else {
                throw TemplateError(.unknownName, name, path.place, "'\(first)' is known inside of {{#each}} only")
            }
            return first == "this" ? scope.item : .string("\(scope.index)")
        }
        guard let value = values[first] else {
            throw unknown(first, of: Array(values.keys), path, "no value is given for '\(first)'")
        }
        return value
    }

    private func unknown(
        _ wrong: String, of known: [String], _ path: TemplatePath, _ reason: String
    ) -> TemplateError {
        let names = known.sorted()
        let hint =
            NearestName.find(wrong, among: names).map { "; did you mean '\($0)'?" }
            ?? (names.isEmpty ? "; none is given" : "; there are \(names.joined(separator: ", "))")
        return TemplateError(.unknownName, name, path.place, reason + hint)
    }
}
