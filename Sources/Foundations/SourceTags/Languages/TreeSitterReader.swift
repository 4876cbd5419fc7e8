import CTreeSitter

/// Reads tags by parsing with a tree-sitter grammar and running our query of its language.
///
/// Not read, with an empty list: sources over ``Limits/bytes``, minified ones, binary ones, and those whose parse takes
/// longer than ``Limits/time``. It keeps its parser and buffers, so one instance reads many files fast.
package final class TreeSitterReader: TagReader {
    /// What a file may cost.
    package struct Limits: Sendable, Hashable {
        /// The longest source that is parsed.
        ///
        /// libtree-sitter 0.20 corrupts memory when more than 65 535 tokens are open at once. A token has a byte at least,
        /// so a source below that cannot do it, whoever wrote it; longer ones are left to other readers.
        package var bytes: Int
        /// A line longer than this is minified code; a source that is so for the most part is not read.
        package var columns: Int
        package var time: Duration
        /// Whether sources that nest too deep for the library are left out.
        package var guardsDepth: Bool

        package init(
            bytes: Int = 60_000, columns: Int = 5000, time: Duration = .seconds(5), guardsDepth: Bool = true
        ) {
            self.bytes = bytes
            self.columns = columns
            self.time = time
            self.guardsDepth = guardsDepth
        }

        /// For a process that may die of a source, and has somebody who ends it when it takes too long.
        package static let isolated = Limits(bytes: 1 << 20, time: .seconds(3600), guardsDepth: false)
    }

    private let library: GrammarLibrary
    private let limits: Limits
    private let parser: OpaquePointer
    private let cursor: OpaquePointer
    private var matches: [TagMatch] = []

    package init(library: GrammarLibrary, limits: Limits = Limits()) {
        self.library = library
        self.limits = limits
        parser = ts_parser_new()
        cursor = ts_query_cursor_new()
        ts_parser_set_timeout_micros(parser, UInt64(max(1, limits.time / .microseconds(1))))
        // States that wait for the rest of a pattern; over this many the oldest are given up, so memory is bounded.
        ts_query_cursor_set_match_limit(cursor, 4096)
    }

    deinit {
        ts_query_cursor_delete(cursor)
        ts_parser_delete(parser)
    }

    /// Nil too where no folder has the grammar; throws where the grammar that is there cannot be used.
    package func tags(in source: [UInt8], path: String) throws(SourceTagsError) -> [Tag]? {
        guard let language = Language.of(path: path, source: source) else { return nil }
        return try tags(in: source, language: language)
    }

    /// The tags of a source in a language that is known.
    package func tags(in source: [UInt8], language: Language) throws(SourceTagsError) -> [Tag]? {
        guard let grammar = try library.grammar(of: language) else { return nil }
        guard SourceShape.isReadable(source, limits: limits) else { return [] }
        guard ts_parser_set_language(parser, grammar.pointer) else { return nil }
        return source.withUnsafeBytes { bytes in
            let text = bytes.assumingMemoryBound(to: UInt8.self)
            return text.withMemoryRebound(to: CChar.self) { characters in
                // After a parse that was given up the next one would go on with it.
                defer { ts_parser_reset(parser) }
                guard let tree = ts_parser_parse_string(parser, nil, characters.baseAddress, UInt32(source.count))
                else { return [] }
                defer { ts_tree_delete(tree) }
                collect(grammar, root: ts_tree_root_node(tree))
                return TagMatch.tags(of: &matches, in: text, grammar: grammar)
            }
        }
    }

    private func collect(_ grammar: Grammar, root: TSNode) {
        matches.removeAll(keepingCapacity: true)
        switch grammar.finder {
        case .walk(let walk): walk.collect(root, into: &matches)
        case .query(let query, let captures): run(query, captures, root)
        }
    }

    private func run(_ query: OpaquePointer, _ captures: [Grammar.Capture], _ root: TSNode) {
        ts_query_cursor_exec(cursor, query, root)
        var match = TSQueryMatch()
        while ts_query_cursor_next_match(cursor, &match) {
            var name: TSNode?
            var whole: TSNode?
            var role = Tag.Role.reference
            var kind = Tag.Kind.name
            for capture in UnsafeBufferPointer(start: match.captures, count: Int(match.capture_count)) {
                switch captures[Int(capture.index)] {
                case .name: name = capture.node
                case .tag(let itsRole, let itsKind):
                    whole = capture.node
                    role = itsRole
                    kind = itsKind
                case .other: break
                }
            }
            guard let whole else { continue }
            matches.append(
                TagMatch(name: name ?? whole, whole: whole, role: role, kind: kind, pattern: match.pattern_index))
        }
    }
}
