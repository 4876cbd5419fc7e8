import Crypto

/// Digests of contents that stay the same while only line ends, blank lines and the depth of indentation change.
package enum SourceHash {
    /// How many hexadecimal digits a digest has: enough that no two contents of a project share one.
    package static let digits = 32

    /// Of words, whatever white space is between them.
    package static func words(_ text: String) -> String {
        digest(Array(text.utf8.split { $0 == 32 || ($0 >= 9 && $0 <= 13) }.joined(separator: [32])))
    }

    static func lines(_ lines: SourceLines, _ wanted: some Sequence<Int>) -> String {
        var kept: [Int] = []
        for line in wanted where line < lines.count && lines.roles[line] != .blank { kept.append(line) }
        let common = kept.filter { lines.roles[$0] != .inner }.map { lines.indents[$0] }.min() ?? 0
        var text: [UInt8] = []
        for line in kept {
            // Tabs and spaces of one depth are told apart by nobody.
            let depth = max(0, lines.indents[line] - common)
            text += repeatElement(32, count: depth)
            text += lines.content(line)
            text.append(10)
        }
        return digest(text)
    }

    static func digest(_ bytes: [UInt8]) -> String { String(SHA256.hash(bytes).hex.prefix(digits)) }
}

extension SourceOutline {
    /// Of a definition with its attributes and without the comments above it; of a type without what is defined in it.
    package func hash(of entry: Entry) -> String {
        var wanted = Array((entry.headLine - 1)..<(entry.line - 1)).filter { lines.roles[$0] == .code }
        let inner = entry.kind == .type ? entries.filter { $0 != entry && isInside($0, entry) } : []
        var line = entry.line - 1
        while line < entry.lastLine {
            if let nested = inner.first(where: { $0.headLine - 1 <= line && line < $0.lastLine }) {
                line = nested.lastLine
                continue
            }
            wanted.append(line)
            line += 1
        }
        return SourceHash.lines(lines, wanted)
    }

    /// Of the whole file, for one that defines nothing.
    package var wholeHash: String { SourceHash.lines(lines, 0..<lines.count) }

    private func isInside(_ entry: Entry, _ other: Entry) -> Bool {
        entry.line > other.line && entry.lastLine <= other.lastLine
    }

    /// The definitions that lines belong to, the innermost of each; types only for lines that no other definition has.
    package func entries(touching touched: Set<Int>) -> [Entry] {
        var found: Set<Int> = []
        for line in touched {
            var best: Int?
            for (index, entry) in entries.enumerated() where entry.headLine <= line && line <= entry.lastLine {
                if entry.kind == .suite { continue }
                best = index
            }
            if let best { found.insert(best) }
        }
        return found.sorted().map { entries[$0] }
    }
}
