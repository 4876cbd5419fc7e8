/// A value of a YAML document that knows where it stands.
package struct YAMLNode: Sendable, Hashable {
    package var kind: Kind
    /// Where the value begins; what an alias stands for keeps the place where it was written.
    package var mark: YAMLMark

    package enum Kind: Sendable, Hashable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    /// Whether a scalar was quoted: quoted ones are text whatever they look like.
    package enum Style: Sendable, Hashable { case plain, quoted }

    package struct Pair: Sendable, Hashable {
        package var key: YAMLNode
        package var value: YAMLNode
    }

    init(_ kind: Kind, _ mark: YAMLMark) {
        self.kind = kind
        self.mark = mark
    }

    package subscript(key: String) -> YAMLNode? { pairs?.first { $0.key.scalarText == key }?.value }

    package var items: [YAMLNode]? { if case .sequence(let items) = kind { items } else { nil } }
    /// The entries in the order written, merged ones behind the mapping's own.
    ///
    /// Keys are scalars, and no two are alike.
    package var pairs: [Pair]? { if case .mapping(let pairs) = kind { pairs } else { nil } }

    /// A scalar as it was written, whatever its type.
    package var scalarText: String? { if case .scalar(let text, _) = kind { text } else { nil } }

    /// An empty plain scalar is null, too.
    package var isNull: Bool { scalar == .null }
    package var bool: Bool? { if case .bool(let value) = scalar { value } else { nil } }
    package var int: Int? { if case .int(let value) = scalar { value } else { nil } }

    /// Any number, whole ones and those beyond 64 bits rounded.
    package var double: Double? {
        switch scalar {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// Text: what is quoted, and plain scalars that are nothing else.
    ///
    /// A number, a truth value or null is no text.
    package var string: String? { if case .string(let value) = scalar { value } else { nil } }

    /// The scalar's value by the core schema, nil for a collection.
    package var scalar: YAMLScalar? {
        switch kind {
        case .scalar(let text, .quoted): .string(text)
        case .scalar(let text, .plain): YAMLScalar(plain: text)
        default: nil
        }
    }
}

/// A place in a text, counted from 1; columns are counted in Unicode scalars.
package struct YAMLMark: Sendable, Hashable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
