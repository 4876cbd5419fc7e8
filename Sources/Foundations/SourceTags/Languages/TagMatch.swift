import CTreeSitter

/// What one match of a query found, before it becomes a tag.
struct TagMatch {
    let start: UInt32
    let end: UInt32
    let row: UInt32
    let whole: TSNode
    let role: Tag.Role
    let kind: Tag.Kind
    let pattern: UInt16

    init(name: TSNode, whole: TSNode, role: Tag.Role, kind: Tag.Kind, pattern: UInt16) {
        start = ts_node_start_byte(name)
        end = ts_node_end_byte(name)
        row = ts_node_start_point(name).row
        self.whole = whole
        self.role = role
        self.kind = kind
        self.pattern = pattern
    }

    /// Sorts `matches` and makes a tag of each name, the first pattern of the query going before later ones.
    static func tags(of matches: inout [TagMatch], in text: UnsafeBufferPointer<UInt8>, grammar: Grammar) -> [Tag] {
        matches.sort { ($0.start, $0.pattern) < ($1.start, $1.pattern) }
        var tags: [Tag] = []
        tags.reserveCapacity(matches.count)
        // The definitions that the current place is in, from the outermost.
        var enclosing: [(begin: UInt32, end: UInt32)] = []
        var last: UInt32?
        for match in matches where match.start != last && match.end > match.start {
            last = match.start
            guard let name = name(in: text[Int(match.start)..<Int(match.end)], role: match.role) else { continue }
            let line = Int(match.row) + 1
            guard match.role == .definition else {
                tags.append(Tag(name: name, role: .reference, kind: match.kind, line: line, lastLine: line))
                continue
            }
            let begin = ts_node_start_byte(match.whole)
            let end = ts_node_end_byte(match.whole)
            while let top = enclosing.last, top.end <= match.start { enclosing.removeLast() }
            let finish = ts_node_end_point(match.whole)
            tags.append(
                Tag(
                    name: name, role: .definition, kind: match.kind, line: line,
                    lastLine: max(line, Int(finish.row) + (finish.column == 0 ? 0 : 1)),
                    signature: Signature(grammar: grammar, text: text).of(match.whole, kind: match.kind),
                    // Definitions that share a node, as `a, b int` does, are not in one another.
                    depth: enclosing.count { $0.begin <= begin && $0.end >= end && ($0.begin, $0.end) != (begin, end) })
            )
            enclosing.append((begin, end))
        }
        return tags
    }

    /// The name as a tag has it, or nil for what names nothing: `_`, the object itself and numbered parameters.
    private static func name(in bytes: Slice<UnsafeBufferPointer<UInt8>>, role: Tag.Role) -> String? {
        guard let first = bytes.first, bytes.count > 1 || first != UInt8(ascii: "_") else { return nil }
        if first == UInt8(ascii: ":"), bytes.count > 1 { return String(decoding: bytes.dropFirst(), as: UTF8.self) }
        if role == .reference {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { return nil }
            if bytes.count == 4, bytes.elementsEqual("self".utf8) { return nil }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
