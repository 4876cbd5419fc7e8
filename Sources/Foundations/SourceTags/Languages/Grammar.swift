import CTreeSitter

/// A loaded grammar with the compiled query of its language, shared by all readers.
///
/// Both are read-only after `init`, which is what makes sharing them between threads safe.
final class Grammar: @unchecked Sendable {
    /// What a capture of the query says.
    enum Capture: Equatable {
        case name
        case tag(Tag.Role, Tag.Kind)
        case other

        init(_ name: String) {
            let parts = name.split(separator: ".")
            if name == "name" {
                self = .name
            } else if parts.count == 2, let role = Tag.Role(rawValue: String(parts[0])),
                let kind = parts[1] == "call" ? .function : Tag.Kind(rawValue: String(parts[1]))
            {
                self = .tag(role, kind)
            } else {
                self = .other
            }
        }
    }

    /// What finds the names in a tree.
    enum Finder {
        case walk(TagWalk)
        /// The library's own engine, for queries with more than a walk knows.
        case query(OpaquePointer, captures: [Capture])
    }

    let pointer: OpaquePointer
    let finder: Finder
    let bodyField: TSFieldId
    /// By symbol: whether a node of it is the body of a definition.
    let isBody: [Bool]
    /// By symbol: whether a node of it is an attribute or decorator before a definition.
    let isAttribute: [Bool]
    /// By symbol: whether a node of it is a list of modifiers, attributes among them.
    let isModifiers: [Bool]

    /// Takes a language of the library that `pointer` came from, which must stay loaded.
    init(_ pointer: OpaquePointer, language: Language, walks: Bool = true) throws(SourceTagsError) {
        let version = ts_language_version(pointer)
        guard version >= TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION, version <= TREE_SITTER_LANGUAGE_VERSION else {
            throw SourceTagsError(
                .grammar,
                "The grammar of \(language.name) has ABI \(version) and this build of tree-sitter takes"
                    + " \(TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION) to \(TREE_SITTER_LANGUAGE_VERSION);"
                    + " build another version of it with scripts/grammars.")
        }
        self.pointer = pointer
        if walks, let walk = TagWalk(query: language.query, language: pointer) {
            finder = .walk(walk)
        } else {
            let query = try Self.compile(language.query, for: pointer, named: language.name)
            finder = .query(query, captures: Self.captures(of: query))
        }
        bodyField = ts_language_field_id_for_name(pointer, "body", 4)

        let names = (0..<ts_language_symbol_count(pointer)).map { symbol in
            ts_language_symbol_name(pointer, TSSymbol(symbol)).map { String(cString: $0) } ?? ""
        }
        isBody = names.map { name in
            name == "block" || name == "class_body" || name.hasSuffix("_body") || name.hasSuffix("_block")
                || Self.bodies.contains(name)
        }
        isAttribute = names.map { Self.attributes.contains($0) }
        isModifiers = names.map { $0 == "modifiers" }
    }

    deinit {
        if case .query(let query, _) = finder { ts_query_delete(query) }
    }

    private static let bodies: Set<String> = [
        "declaration_list", "field_declaration_list", "enumerator_list", "compound_statement", "body_statement",
        "enum_member_declaration_list", "enum_declaration_list", "enum_variant_list", "ordered_field_declaration_list",
        "accessor_list", "computed_property",
    ]
    private static let attributes: Set<String> = [
        "attribute", "attribute_list", "attribute_item", "attribute_declaration", "annotation", "marker_annotation",
        "decorator",
    ]

    private static func compile(
        _ text: [UInt8], for pointer: OpaquePointer, named name: String
    ) throws(SourceTagsError) -> OpaquePointer {
        var offset: UInt32 = 0
        var fault = TSQueryErrorNone
        let query = text.withUnsafeBytes { bytes in
            ts_query_new(
                pointer, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count), &offset, &fault)
        }
        if let query { return query }
        let line = text.prefix(Int(offset)).count { $0 == 10 } + 1
        let near = String(decoding: text.dropFirst(Int(offset)).prefix(40).prefix { $0 != 10 }, as: UTF8.self)
        throw SourceTagsError(
            .query,
            "The query of \(name) does not fit its grammar at line \(line), near '\(near)'; build the pinned grammars"
                + " with scripts/grammars.")
    }

    private static func captures(of query: OpaquePointer) -> [Capture] {
        (0..<ts_query_capture_count(query)).map { index in
            var length: UInt32 = 0
            guard let text = ts_query_capture_name_for_id(query, index, &length) else { return .other }
            return Capture(String(cString: text))
        }
    }
}
