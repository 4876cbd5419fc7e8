import CTreeSitter

/// Cuts the head of a definition out of the source: without attributes before it and the body behind it, on one line.
struct Signature {
    let grammar: Grammar
    let text: UnsafeBufferPointer<UInt8>

    static let limit = 200

    func of(_ node: TSNode, kind: Tag.Kind) -> String {
        let begin = Int(start(of: node))
        let body = body(of: node, levels: 3)
        var end = Int(body.map { ts_node_start_byte($0) } ?? ts_node_end_byte(node))
        // Where the grammar has no node for the body, as of an interface in Go, it begins at its brace.
        if body == nil, kind == .type || kind == .interface || kind == .module, begin < min(end, text.count),
            let brace = text[begin..<min(end, text.count)].firstIndex(of: UInt8(ascii: "{"))
        {
            end = brace
        }
        if end <= begin { end = Int(ts_node_end_byte(node)) }
        let range = begin..<min(max(begin, end), text.count)
        return Self.collapse(text[range], firstLineOnly: kind == .constant || kind == .field || kind == .macro)
    }

    /// Where the definition begins behind its attributes.
    private func start(of node: TSNode) -> UInt32 {
        for index in 0..<ts_node_child_count(node) {
            let child = ts_node_child(node, index)
            let symbol = Int(ts_node_symbol(child))
            guard symbol < grammar.isAttribute.count else { return ts_node_start_byte(child) }
            if grammar.isAttribute[symbol] { continue }
            guard grammar.isModifiers[symbol] else { return ts_node_start_byte(child) }
            for inner in 0..<ts_node_child_count(child) {
                let modifier = ts_node_child(child, inner)
                let symbol = Int(ts_node_symbol(modifier))
                if symbol >= grammar.isAttribute.count || !grammar.isAttribute[symbol] {
                    return ts_node_start_byte(modifier)
                }
            }
        }
        return ts_node_start_byte(node)
    }

    private func body(of node: TSNode, levels: Int) -> TSNode? {
        if grammar.bodyField != 0 {
            let body = ts_node_child_by_field_id(node, grammar.bodyField)
            if !ts_node_is_null(body) { return body }
        }
        let count = min(ts_node_named_child_count(node), 32)
        for index in 0..<count {
            let child = ts_node_named_child(node, index)
            let symbol = Int(ts_node_symbol(child))
            if symbol < grammar.isBody.count, grammar.isBody[symbol] { return child }
        }
        guard levels > 1 else { return nil }
        for index in 0..<count {
            if let body = body(of: ts_node_named_child(node, index), levels: levels - 1) { return body }
        }
        return nil
    }

    /// One space for each run of white space, at most ``limit`` characters, no trailing `{`, `:` or `=`.
    static func collapse(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, firstLineOnly: Bool) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(min(bytes.count, limit))
        var space = false
        for byte in bytes {
            if firstLineOnly, byte == 10, !result.isEmpty { break }
            if byte == 32 || (9...13).contains(byte) {
                space = !result.isEmpty
                continue
            }
            // A list of parameters that was broken into lines reads as one that was not.
            let opens = result.last == UInt8(ascii: "(") || result.last == UInt8(ascii: "[")
            let closes = byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]")
            if space, closes, result.last == UInt8(ascii: ",") { result.removeLast() }
            if space, !opens, !closes { result.append(32) }
            space = false
            result.append(byte)
            // Characters have up to four bytes.
            if result.count >= limit * 4 { break }
        }
        while let last = result.last, [32, UInt8(ascii: "{"), UInt8(ascii: ":"), UInt8(ascii: ";")].contains(last) {
            result.removeLast()
        }
        // The mark before a body that is one expression.
        if result.suffix(2) == [32, UInt8(ascii: "=")] { result.removeLast(2) }
        let whole = String(decoding: result, as: UTF8.self)
        return result.count <= limit ? whole : String(whole.prefix(limit))
    }
}
