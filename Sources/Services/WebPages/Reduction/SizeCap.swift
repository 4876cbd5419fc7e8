/// Cuts a text of blocks to a length, between blocks where it can.
package enum SizeCap {
    /// The blocks joined by blank lines, and whether any were left out; the text then says so itself.
    package static func cut(_ blocks: [String], to limit: Int) -> (text: String, isCut: Bool) {
        let total = blocks.reduce(0) { $0 + $1.count + 2 }
        guard total > limit + 2 else { return (blocks.joined(separator: "\n\n"), false) }
        var kept: [String] = []
        var length = 0
        for block in blocks {
            let size = block.count + 2
            if length + size > limit {
                // A block that fills most of the room by itself is cut between its lines.
                if length < limit / 2 { kept.append(lines(of: block, within: limit - length)) }
                break
            }
            kept.append(block)
            length += size
        }
        let shown = kept.reduce(0) { $0 + $1.count }
        kept.append("(cut here: \(shown) of about \(total) characters are given)")
        return (kept.joined(separator: "\n\n"), true)
    }

    private static func lines(of block: String, within limit: Int) -> String {
        let cut = block.prefix(limit)
        let end = cut.lastIndex(where: \.isNewline) ?? cut.lastIndex(of: " ") ?? cut.endIndex
        let text = String(cut[..<end])
        return text.hasPrefix("```") && text.ranges(of: "\n```").isEmpty ? text + "\n```" : text
    }
}
