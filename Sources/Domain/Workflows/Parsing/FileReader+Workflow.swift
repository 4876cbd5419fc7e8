package import JSON
import YAML

extension FileReader {
    mutating func workflow(_ node: YAMLNode) -> WorkflowDefinition? {
        guard node.pairs != nil else {
            error(
                node.mark, "a workflow is a mapping with name and steps, and this is \(Self.shown(node))",
                fix: "begin with 'name: …'")
            return nil
        }
        collectIDs(node)
        let fields = fields(of: node, FileSyntax.rules, called: "a workflow", owner: "")
        let inputs = inputs(fields)
        let steps = fields["steps"].map { self.steps($0, "steps", within: "") } ?? []
        return WorkflowDefinition(
            name: name(fields), version: text(fields, "version") ?? "1", summary: text(fields, "description") ?? "",
            inputs: inputs, outputs: outputs(fields), steps: steps)
    }

    private mutating func name(_ fields: Fields) -> String {
        guard let name = text(fields, "name"), let node = fields["name"] else { return "" }
        if !Self.isWorkflowName(name) {
            error(node.mark, "'\(name)' is no name of a workflow", fix: "use lower case letters, digits and hyphens")
        }
        return name
    }

    static func isWorkflowName(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        return isPlain && !name.isEmpty && name.utf8.count <= 64 && name.utf8.first != UInt8(ascii: "-")
    }

    /// Letters, digits, `-` and `_`, a letter or digit first.
    static func isID(_ id: String) -> Bool {
        guard let first = id.unicodeScalars.first, id.utf8.count <= 64 else { return false }
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            ExpressionLexer.isLetter(scalar) || ExpressionLexer.isDigit(scalar)
        }
        return isWord(first) && id.unicodeScalars.allSatisfy { isWord($0) || $0 == "-" }
    }

    private mutating func collectIDs(_ node: YAMLNode) {
        for pair in node.pairs ?? [] {
            if pair.key.scalarText == "id", let id = pair.value.scalarText { writtenIDs.insert(id) }
            collectIDs(pair.value)
        }
        for item in node.items ?? [] { collectIDs(item) }
    }

    // MARK: Inputs and outputs

    private mutating func inputs(_ fields: Fields) -> [InputDefinition] {
        guard let node = fields["inputs"], !node.isNull else { return [] }
        guard let pairs = node.pairs else { return wrong(node, "inputs", "a mapping of names to types") ?? [] }
        return pairs.map { input($0.key, $0.value) }
    }

    private mutating func input(_ key: YAMLNode, _ node: YAMLNode) -> InputDefinition {
        let name = key.scalarText ?? ""
        if !Self.isID(name) {
            error(key.mark, "'\(name)' is no name of an input", fix: "use letters, digits, - and _")
        }
        if node.isNull { return InputDefinition(name: name) }
        guard node.pairs != nil else { return InputDefinition(name: name, type: type(node) ?? .any) }
        let fields = fields(of: node, FileSyntax.input, called: "an input", owner: "inputs.\(name)")
        var input = InputDefinition(
            name: name, type: fields["type"].flatMap { type($0) } ?? (fields.has("type") ? .any : .string),
            summary: text(fields, "description") ?? "", isRequired: flag(fields, "required"))
        if let node = fields["default"], let value = constant(node, "default") {
            input.defaultValue = value
            if !input.type.accepts(value) {
                error(
                    node.mark, "the default of '\(name)' is \(value.kindName), and its type is \(input.type.rawValue)")
            }
            if input.isRequired {
                error(node.mark, "'\(name)' is required and has a default", fix: "remove one of the two")
            }
        }
        if let node = fields["choices"] { input.choices = choices(of: input, node) }
        if let value = input.defaultValue, !input.choices.isEmpty,
            !input.choices.contains(where: { $0.isSame(as: value) })
        {
            error(fields["default"]?.mark ?? node.mark, "the default of '\(name)' is none of its choices")
        }
        return input
    }

    private mutating func choices(of input: InputDefinition, _ node: YAMLNode) -> [JSONValue] {
        guard let items = node.items, !items.isEmpty else { return wrong(node, "choices", "a list of values") ?? [] }
        var choices: [JSONValue] = []
        for item in items {
            guard let value = constant(item, "choices") else { continue }
            if !input.type.accepts(value) {
                error(
                    item.mark, "\(value.shown) is a choice of '\(input.name)', and its type is \(input.type.rawValue)")
            }
            choices.append(value)
        }
        return choices
    }

    private mutating func type(_ node: YAMLNode) -> ValueType? {
        word(node, "type", ValueType.allCases.map(\.rawValue)).flatMap(ValueType.init)
    }

    mutating func outputs(_ fields: Fields) -> [OutputDefinition] {
        guard let node = fields["outputs"], !node.isNull else { return [] }
        guard let pairs = node.pairs else { return wrong(node, "outputs", "a mapping of names to values") ?? [] }
        var outputs: [OutputDefinition] = []
        for pair in pairs {
            let name = pair.key.scalarText ?? ""
            if !Self.isID(name) {
                error(pair.key.mark, "'\(name)' is no name of an output", fix: "use letters, digits, - and _")
            }
            outputs.append(OutputDefinition(name: name, value: value(pair.value, name) ?? .constant(.null)))
        }
        return outputs
    }
}

extension ValueType {
    /// Whether a value is of this type; a whole number is a number, too.
    package func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.any, _), (.string, .string), (.number, .integer), (.number, .number), (.integer, .integer),
            (.boolean, .bool), (.array, .array), (.object, .object):
            true
        case (.integer, .number(let number)): Int64(exactly: number) != nil
        default: false
        }
    }
}
