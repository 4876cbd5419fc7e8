/// A checklist: questions about the other documents, each with a box.
package struct ChecklistDocument: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        /// For example `CHK001`; nil where the item has none.
        package var id: String?
        package var isDone: Bool
        package var text: String
        package var line: Int
        /// Where the character between the brackets stands, in bytes from the start of the document.
        var markOffset: Int
    }

    package private(set) var text: String
    /// Without `Checklist` behind or in front.
    package let title: String
    package private(set) var items: [Item]
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = source.title?.title ?? ""
        var items: [Item] = []
        var found = source.diagnostics
        var firstLines: [String: Int] = [:]
        for line in source.lines where line.region == .body {
            guard let item = Self.item(line) else { continue }
            items.append(item)
            guard let id = item.id else { continue }
            if let first = firstLines[id] {
                found.append(
                    Diagnostic(
                        .error, line: item.line, message: "\(id) stands in line \(first) already.",
                        fix: "Give this one an id of its own."))
            } else {
                firstLines[id] = item.line
            }
        }
        self.items = items
        diagnostics = found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// Ticks the item or takes its tick back, changing one byte at most.
    package mutating func mark(_ id: String, done: Bool) throws(SpecDocumentsError) {
        guard let index = items.firstIndex(where: { $0.id == id.uppercased() }) else {
            throw SpecDocumentsError(
                .unknownItem, "There is no item \(id) in this checklist, which has \(items.count); name one of them.")
        }
        guard items[index].isDone != done else { return }
        items[index].isDone = done
        var edits = TextEdits()
        let offset = items[index].markOffset
        edits.replace(offset..<(offset + 1), with: done ? "x" : " ")
        text = edits.applied(to: text)
    }

    private static func item(_ line: MarkdownSource.Line) -> Item? {
        guard let marker = ListMarker(line.content) else { return nil }
        let bytes = Array(line.content.utf8)
        let mark = marker.length + 1
        guard mark + 1 < bytes.count, bytes[mark - 1] == UInt8(ascii: "["), bytes[mark + 1] == UInt8(ascii: "]"),
            " xX".utf8.contains(bytes[mark])
        else { return nil }
        var text = String(decoding: bytes[(mark + 2)...], as: UTF8.self).trimmed[...]
        var id: String?
        let bare = text.drop { "*`".contains($0) }
        let word = bare.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        if word.uppercased().hasPrefix("CHK"), word.count > 3, word.dropFirst(3).allSatisfy(\.isNumber) {
            id = word.uppercased()
            text = bare.dropFirst(word.count).drop { "*`:. ".contains($0) }
        }
        return Item(
            id: id, isDone: bytes[mark] != 32, text: String(text), line: line.number,
            markOffset: line.offset + mark)
    }
}
