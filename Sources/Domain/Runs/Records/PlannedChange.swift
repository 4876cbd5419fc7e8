/// One file of a change to several: enough to make it, to recognise it as made, and to take it back.
package struct PlannedChange: Sendable, Hashable, Codable {
    /// Relative to the workspace.
    package var path: String
    /// The hash of what the file holds; nil where there is none.
    package var before: String?
    package var after: String?
    /// How many bytes at the start and at the end stay as they are.
    package var kept: Kept
    /// The bytes between, in hexadecimal digits where they are not UTF-8.
    package var removed: Text
    package var inserted: Text
    /// The file's permission bits before and after; nil where there is no file.
    package var modeBefore: UInt32?
    package var modeAfter: UInt32?

    package struct Kept: Sendable, Hashable, Codable {
        package var start: Int
        package var end: Int
    }

    /// Bytes that stand as text in the journal where they can.
    package enum Text: Sendable, Hashable, Codable {
        case text(String)
        case hex(String)

        init(_ bytes: some Collection<UInt8>) {
            if let text = String(validating: bytes, as: UTF8.self) {
                self = .text(text)
            } else {
                self = .hex(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
            }
        }

        var bytes: [UInt8] {
            switch self {
            case .text(let text): return Array(text.utf8)
            case .hex(let digits):
                let pairs = Array(digits.utf8)
                return stride(from: 0, to: pairs.count - 1, by: 2).compactMap { index in
                    UInt8(String(decoding: pairs[index..<(index + 2)], as: UTF8.self), radix: 16)
                }
            }
        }
    }

    /// - Parameter hash: of a file's whole content.
    package init(
        path: String, before: [UInt8]?, after: [UInt8]?, modeBefore: UInt32?, modeAfter: UInt32?,
        hash: ([UInt8]) -> String
    ) {
        self.path = path
        self.before = before.map(hash)
        self.after = after.map(hash)
        self.modeBefore = modeBefore
        self.modeAfter = modeAfter
        let (old, new) = (before ?? [], after ?? [])
        kept = before == nil || after == nil ? Kept(start: 0, end: 0) : Self.common(old, new)
        removed = Text(old[kept.start..<(old.count - kept.end)])
        inserted = Text(new[kept.start..<(new.count - kept.end)])
    }

    /// What the file holds once it is made, from what it holds before; nil where it goes.
    package func made(from bytes: [UInt8]?) -> [UInt8]? {
        after == nil ? nil : replaced(in: bytes ?? [], removed.bytes.count, by: inserted.bytes)
    }

    /// What the file held, from what it holds once it is made; nil where there was none.
    package func unmade(from bytes: [UInt8]?) -> [UInt8]? {
        before == nil ? nil : replaced(in: bytes ?? [], inserted.bytes.count, by: removed.bytes)
    }

    private func replaced(in bytes: [UInt8], _ count: Int, by other: [UInt8]) -> [UInt8] {
        bytes.prefix(kept.start) + other + bytes.dropFirst(kept.start + count)
    }

    /// The longest common start and end, cut at line breaks so that no character is split.
    private static func common(_ old: [UInt8], _ new: [UInt8]) -> Kept {
        let most = min(old.count, new.count)
        var start = 0
        while start < most, old[start] == new[start] { start += 1 }
        while start > 0, old[start - 1] != 10 { start -= 1 }
        var end = 0
        while end < most - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        while end > 0, old[old.count - end - 1] != 10 || new[new.count - end - 1] != 10 {
            if end == old.count - start && end == new.count - start { break }
            end -= 1
        }
        return Kept(start: start, end: end)
    }
}
