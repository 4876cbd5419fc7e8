import JSON

/// Reads the subschemas of a document, each once, into a table.
struct SchemaCompiler {
    let source: JSONValue
    let unknownKeywords: Schema.UnknownKeywords
    private var nodes: [SchemaNode] = []
    private var places: [JSONPointer: SchemaNode.ID] = [:]
    /// Schemas that have a place in the table but were not read yet; a list, as long chains must not use up the stack.
    private var pending: [(id: SchemaNode.ID, value: JSONValue)] = []

    init(source: JSONValue, unknownKeywords: Schema.UnknownKeywords) {
        self.source = source
        self.unknownKeywords = unknownKeywords
    }

    /// The table; the document itself is the first.
    mutating func compile() throws(SchemaError) -> [SchemaNode] {
        _ = node(at: JSONPointer(), source)
        while let (id, value) = pending.popLast() { try read(value, as: id) }
        try refuseEndlessReferences()
        return nodes
    }

    private mutating func node(at path: JSONPointer, _ value: JSONValue) -> SchemaNode.ID {
        if let known = places[path] { return known }
        let id = nodes.count
        nodes.append(SchemaNode(path: path))
        places[path] = id
        pending.append((id, value))
        return id
    }

    private mutating func read(_ value: JSONValue, as id: SchemaNode.ID) throws(SchemaError) {
        var node = nodes[id]
        switch value {
        case .bool(let allowed):
            node.isNever = !allowed
        case .object(let keywords):
            for (keyword, value) in keywords { try read(keyword, value, into: &node) }
        default:
            throw SchemaError(
                .invalidKeyword, at: node.path, "a schema must be an object or a boolean, not \(value.summary)")
        }
        nodes[id] = node
    }

    private mutating func read(
        _ keyword: String, _ value: JSONValue, into node: inout SchemaNode
    ) throws(SchemaError) {
        let path = node.path.appending(keyword)
        switch keyword {
        case "type": node.types = try types(value, path)
        case "enum": node.allowed = try array(value, path)
        case "const": node.constant = value
        case "$ref": node.reference = try reference(value, path)
        case "allOf": node.allOf = try schemas(value, path)
        case "anyOf": node.anyOf = try schemas(value, path)
        case "oneOf": node.oneOf = try schemas(value, path)
        case "not": node.not = self.node(at: path, value)
        case "if": node.condition = self.node(at: path, value)
        case "then": node.then = self.node(at: path, value)
        case "else": node.otherwise = self.node(at: path, value)
        case "$defs", "definitions": _ = try named(value, path)
        default:
            if try read(keyword, value, path, into: &node.numbers) { return }
            if try read(keyword, value, path, into: &node.strings) { return }
            if try read(keyword, value, path, into: &node.arrays) { return }
            if try read(keyword, value, path, into: &node.objects) { return }
            try refuse(keyword, path)
        }
    }

    private func read(
        _ keyword: String, _ value: JSONValue, _ path: JSONPointer, into numbers: inout SchemaNode.Numbers
    ) throws(SchemaError) -> Bool {
        switch keyword {
        case "minimum": numbers.minimum = try number(value, path)
        case "exclusiveMinimum": numbers.exclusiveMinimum = try number(value, path)
        case "maximum": numbers.maximum = try number(value, path)
        case "exclusiveMaximum": numbers.exclusiveMaximum = try number(value, path)
        case "multipleOf":
            let divisor = try number(value, path)
            guard let size = divisor.doubleValue, size > 0 else { throw invalid(path, "a number above 0", value) }
            numbers.multipleOf = divisor
        default: return false
        }
        return true
    }

    private func read(
        _ keyword: String, _ value: JSONValue, _ path: JSONPointer, into strings: inout SchemaNode.Strings
    ) throws(SchemaError) -> Bool {
        switch keyword {
        case "minLength": strings.minLength = try count(value, path)
        case "maxLength": strings.maxLength = try count(value, path)
        case "pattern":
            guard case .string(let source) = value else { throw invalid(path, "a regular expression", value) }
            strings.pattern = try pattern(source, path)
        default: return false
        }
        return true
    }

    private mutating func read(
        _ keyword: String, _ value: JSONValue, _ path: JSONPointer, into arrays: inout SchemaNode.Arrays
    ) throws(SchemaError) -> Bool {
        switch keyword {
        case "prefixItems": arrays.prefixItems = try schemas(value, path)
        case "items":
            if case .array = value {
                throw SchemaError(.invalidKeyword, at: path, "a list of schemas is called prefixItems since 2020-12")
            }
            arrays.items = node(at: path, value)
        case "minItems": arrays.minItems = try count(value, path)
        case "maxItems": arrays.maxItems = try count(value, path)
        case "uniqueItems":
            guard case .bool(let flag) = value else { throw invalid(path, "true or false", value) }
            arrays.uniqueItems = flag
        case "contains": arrays.contains = node(at: path, value)
        case "minContains": arrays.minContains = try count(value, path)
        case "maxContains": arrays.maxContains = try count(value, path)
        default: return false
        }
        return true
    }

    private mutating func read(
        _ keyword: String, _ value: JSONValue, _ path: JSONPointer, into objects: inout SchemaNode.Objects
    ) throws(SchemaError) -> Bool {
        switch keyword {
        case "properties":
            let properties = try named(value, path)
            objects.names = properties.map(\.name)
            for (name, node) in properties { objects.properties[name] = node }
        case "patternProperties":
            for (source, node) in try named(value, path) {
                objects.patternProperties.append((try pattern(source, path.appending(source)), node))
            }
        case "additionalProperties": objects.additionalProperties = node(at: path, value)
        case "propertyNames": objects.propertyNames = node(at: path, value)
        case "required": objects.required = try strings(value, path)
        case "minProperties": objects.minProperties = try count(value, path)
        case "maxProperties": objects.maxProperties = try count(value, path)
        case "dependentRequired":
            guard case .object(let members) = value else { throw invalid(path, "an object", value) }
            for (name, list) in members {
                objects.dependentRequired.append((name, try strings(list, path.appending(name))))
            }
        case "dependentSchemas": objects.dependentSchemas = try named(value, path)
        default: return false
        }
        return true
    }
}

// MARK: - Values of keywords

extension SchemaCompiler {
    private func types(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> [ValueType] {
        var types: [ValueType] = []
        for name in value.arrayValue ?? [value] {
            guard let type = name.stringValue.flatMap(ValueType.init) else {
                throw invalid(path, "one or a list of \(ValueType.allCases.map(\.rawValue).listed("and"))", name)
            }
            types.append(type)
        }
        guard !types.isEmpty else { throw invalid(path, "at least one type", value) }
        return types
    }

    private func array(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> [JSONValue] {
        guard case .array(let elements) = value else { throw invalid(path, "an array", value) }
        return elements
    }

    private func strings(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> [String] {
        var strings: [String] = []
        for element in try array(value, path) {
            guard let string = element.stringValue else { throw invalid(path, "an array of strings", element) }
            strings.append(string)
        }
        return strings
    }

    private func number(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> JSONValue {
        guard let number = value.doubleValue, number.isFinite else { throw invalid(path, "a number", value) }
        return value
    }

    private func count(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> Int {
        guard let count = value.intValue, count >= 0 else { throw invalid(path, "an integer from 0", value) }
        return count
    }

    private func pattern(_ source: String, _ path: JSONPointer) throws(SchemaError) -> SchemaPattern {
        do {
            return try SchemaPattern(source)
        } catch {
            throw SchemaError(.invalidKeyword, at: path, "\"\(source)\" is no regular expression: \(error)")
        }
    }

    private mutating func schemas(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> [SchemaNode.ID] {
        var ids: [SchemaNode.ID] = []
        for (place, element) in try array(value, path).enumerated() {
            ids.append(node(at: path.appending(place), element))
        }
        guard !ids.isEmpty else { throw invalid(path, "at least one schema", value) }
        return ids
    }

    private mutating func named(
        _ value: JSONValue, _ path: JSONPointer
    ) throws(SchemaError) -> [(name: String, node: SchemaNode.ID)] {
        guard case .object(let members) = value else { throw invalid(path, "an object of schemas", value) }
        var result: [(name: String, node: SchemaNode.ID)] = []
        for (name, schema) in members { result.append((name, node(at: path.appending(name), schema))) }
        return result
    }

    private mutating func reference(_ value: JSONValue, _ path: JSONPointer) throws(SchemaError) -> SchemaNode.ID {
        guard case .string(let target) = value else { throw invalid(path, "a reference", value) }
        guard target.hasPrefix("#"), let fragment = Self.percentDecoded(target.utf8.dropFirst()),
            let pointer = JSONPointer(parsing: fragment)
        else {
            throw SchemaError(
                .invalidReference, at: path,
                "\"\(target)\" is not supported; refer to # or a path in the document like #/$defs/name")
        }
        guard let schema = source[pointer] else {
            throw SchemaError(.invalidReference, at: path, "\"\(target)\" leads to nothing in the document")
        }
        return node(at: pointer, schema)
    }

    private static func percentDecoded(_ text: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next(), let low = rest.next(),
                let decoded = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(decoded)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private func invalid(_ path: JSONPointer, _ expectation: String, _ found: JSONValue) -> SchemaError {
        SchemaError(.invalidKeyword, at: path, "expected \(expectation), found \(found.summary)")
    }
}

// MARK: - Refusals

extension SchemaCompiler {
    private static let annotations: Set<String> = [
        "$schema", "$id", "$comment", "$anchor", "title", "description", "default", "examples", "example", "deprecated",
        "readOnly", "writeOnly", "format", "contentEncoding", "contentMediaType", "contentSchema",
    ]
    private static let unsupported: Set<String> = [
        "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor", "$recursiveRef",
        "$recursiveAnchor", "$vocabulary", "dependencies", "additionalItems", "nullable",
    ]
    private static let supported = [
        "type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$defs", "minimum",
        "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
        "prefixItems", "items", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains",
        "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
        "maxProperties", "dependentRequired", "dependentSchemas", "title", "description", "default", "examples",
    ]

    private func refuse(_ keyword: String, _ path: JSONPointer) throws(SchemaError) {
        if Self.annotations.contains(keyword) { return }
        if Self.unsupported.contains(keyword) {
            throw SchemaError(.unsupportedKeyword, at: path, "the keyword \"\(keyword)\" is not supported")
        }
        guard unknownKeywords == .refused, !keyword.hasPrefix("x-") else { return }
        let nearest = Nearest.name(to: keyword, among: Self.supported).map { "; did you mean \"\($0)\"?" } ?? ""
        throw SchemaError(.unknownKeyword, at: path, "\"\(keyword)\" is no keyword\(nearest)")
    }

    /// Walks the schemas applied to the same value, depth first, and refuses to meet one on its own path.
    private func refuseEndlessReferences() throws(SchemaError) {
        enum Mark { case unseen, open, done }
        var marks = [Mark](repeating: .unseen, count: nodes.count)
        for start in nodes.indices where marks[start] == .unseen {
            var path: [(node: SchemaNode.ID, rest: [SchemaNode.ID])] = [(start, nodes[start].inPlace)]
            marks[start] = .open
            while var last = path.popLast() {
                guard let next = last.rest.popLast() else {
                    marks[last.node] = .done
                    continue
                }
                path.append(last)
                switch marks[next] {
                case .done: continue
                case .open:
                    throw SchemaError(
                        .endlessReference, at: nodes[next].path,
                        "it refers to itself for the same value; refer to it from properties or items instead")
                case .unseen:
                    marks[next] = .open
                    path.append((next, nodes[next].inPlace))
                }
            }
        }
    }
}

extension [String] {
    /// `a, b and c`.
    func listed(_ conjunction: String) -> String {
        guard count > 1, let last else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
    }
}
