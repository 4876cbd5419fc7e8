/// A `requirements.md` with numbered requirements and criteria, as Kiro writes them, made a specification.
///
/// Only titles, the headings of requirements and the markers of criteria change: every other byte stays where it is.
package struct ImportedRequirements: Sendable, Hashable {
    package let text: String
    package let title: String

    /// - Parameters:
    ///   - title: used where the document says only what kind of document it is.
    ///   - head: lines to put below the title.
    package init(_ text: String, title: String, head: [String], ids: inout ImportedIDs) {
        let source = MarkdownSource(text)
        let subject = ImportedTitle.subject(source) ?? title
        self.title = subject
        var edits = TextEdits()
        ImportedTitle.replacing(in: source, of: text, with: "Feature Specification: \(subject)", below: head, &edits)
        var criteria = 0
        let blocks = Self.blocks(in: source)
        for block in blocks {
            let story = ids.define(block.number, .story, wanted: "US\(block.number)")
            let heading = source.lines[block.heading.line - 1]
            let marks = String(repeating: "#", count: block.heading.level)
            let name = block.name.isEmpty ? "Requirement \(block.number)" : block.name
            edits.replace(
                heading.offset..<(heading.offset + heading.content.utf8.count),
                with: "\(marks) User Story \(story.dropFirst(2)) - \(name)")
            criteria += Self.number(block, in: source, &ids, &edits)
        }
        criteria += Self.numberBare(in: source, outside: blocks, &ids, &edits)
        if criteria == 0 { Self.numberObligations(in: source, &ids, &edits) }
        let changed = edits.applied(to: text)
        self.text = ids.renaming(.requirement, behind: ["requirement"], in: changed)
    }

    // MARK: - Requirements with a heading

    private struct Block {
        var heading: MarkdownSource.Heading
        /// The headings that stand inside.
        var inner: [MarkdownSource.Heading]
        var number: String
        var name: String
    }

    private static let words: Set<String> = ["requirement", "req", "story", "user story", "要件", "需求", "要求"]

    private static func blocks(in source: MarkdownSource) -> [Block] {
        source.headings.enumerated().compactMap { index, heading in
            guard heading.level > 1, let (word, number, name) = split(heading.title) else { return nil }
            let inner = Array(source.headings[(index + 1)...].prefix { $0.line <= heading.end })
            let block = Block(heading: heading, inner: inner, number: number, name: name)
            if words.contains(word) { return block }
            guard word.isEmpty else { return nil }
            // A chapter that holds other numbered ones is none itself.
            guard !inner.contains(where: { split($0.title) != nil }) else { return nil }
            let inside = source.lines[heading.lastLine..<max(heading.lastLine, heading.end)]
            let tells = inside.contains { line in
                let small = line.content.lowercased()
                return small.contains("user story") || small.contains("acceptance criteria")
                    || obligation(line.content)
            }
            return tells ? block : nil
        }
    }

    /// `Requirement 3: Title`, `REQ-3: Title`, `3. Title`; nil for other headings.
    private static func split(_ title: String) -> (word: String, number: String, name: String)? {
        let word = title.prefix { !$0.isNumber && $0 != ":" }
        let rest = title.dropFirst(word.count)
        let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let digits = number.last == "." ? number.dropLast() : number
        guard !digits.isEmpty, digits.count <= 8, digits.first != "." else { return nil }
        let behind = rest.dropFirst(digits.count)
        guard behind.isEmpty || " :.-–—)：".contains(behind.first ?? " ") else { return nil }
        let bare = word.lowercased().filter { $0 != "-" && $0 != "#" && $0 != "_" }.trimmed
        guard bare.count <= 20 else { return nil }
        return (bare, String(digits), String(behind.drop { " :.-–—)：".contains($0) }).trimmed)
    }

    /// Gives ids to the criteria of one requirement; returns how many there are.
    private static func number(
        _ block: Block, in source: MarkdownSource, _ ids: inout ImportedIDs, _ edits: inout TextEdits
    ) -> Int {
        for heading in block.inner where heading.title.lowercased().hasPrefix("acceptance") {
            let line = source.lines[heading.line - 1]
            let marks = String(repeating: "#", count: heading.level)
            edits.replace(
                line.offset..<(line.offset + line.content.utf8.count), with: "\(marks) Functional Requirements")
        }
        let lines = source.lines[block.heading.lastLine..<max(block.heading.lastLine, block.heading.end)]
        let label = lines.first { $0.content.lowercased().drop { " #*_".contains($0) }.hasPrefix("acceptance") }
        var count = 0
        for line in lines where line.region == .body && line.number > (label?.number ?? 0) {
            guard let item = Criterion(line), !item.isScenario else { continue }
            count += 1
            let old = item.number ?? "\(block.number).\(item.order ?? count)"
            edits.replace(item.marker, with: "- **\(ids.define(old, .requirement))**: ")
        }
        return count
    }

    // MARK: - Criteria without one

    /// Lines such as `1.2 WHEN … THEN …` that stand by themselves.
    private static func numberBare(
        in source: MarkdownSource, outside blocks: [Block], _ ids: inout ImportedIDs, _ edits: inout TextEdits
    ) -> Int {
        var count = 0
        var inside = 0
        var position = 0
        for line in source.lines where line.region == .body && line.content.indentation < 2 {
            while position < blocks.count, blocks[position].heading.line < line.number {
                inside = max(inside, blocks[position].heading.end)
                position += 1
            }
            let isInside = line.number <= inside
            let bytes = Array(line.content.utf8)
            let start = ListMarker(line.content)?.length ?? line.content.prefix { $0 == " " }.utf8.count
            guard let (number, end) = Criterion.dotted(bytes, at: start), !isInside || ListMarker(line.content) == nil
            else { continue }
            guard obligation(line.content) else { continue }
            count += 1
            let marker = line.offset..<(line.offset + end)
            edits.replace(marker, with: "- **\(ids.define(number, .requirement))**: ")
        }
        return count
    }

    /// Items that oblige, in a document that numbers nothing.
    private static func numberObligations(
        in source: MarkdownSource, _ ids: inout ImportedIDs, _ edits: inout TextEdits
    ) {
        var count = 0
        for line in source.lines where line.region == .body {
            guard let item = Criterion(line), obligation(line.content) else { continue }
            count += 1
            edits.replace(item.marker, with: "- **\(ids.define("item \(count)", .requirement))**: ")
        }
    }

    private static func obligation(_ text: String) -> Bool {
        [" SHALL ", " MUST ", " shall ", " must "].contains { text.contains($0) }
    }

    /// A list item at the margin, with the number that it carries.
    private struct Criterion {
        /// In bytes of the document: what stands in front of the words.
        var marker: Range<Int>
        /// `1.2`, written out.
        var number: String?
        /// `2` of the marker `2.`.
        var order: Int?
        var isScenario: Bool

        init?(_ line: MarkdownSource.Line) {
            guard line.content.indentation < 2, let list = ListMarker(line.content) else { return nil }
            let bytes = Array(line.content.utf8)
            guard list.length < bytes.count else { return nil }
            order = Int(line.content.trimmed.prefix { $0.isASCII && $0.isNumber })
            var end = list.length
            if let dotted = Self.dotted(bytes, at: end) { (number, end) = (dotted.number, dotted.end) }
            let start = line.content.prefix { $0 == " " || $0 == "\t" }.utf8.count
            marker = (line.offset + start)..<(line.offset + end)
            let words = String(decoding: bytes[end...], as: UTF8.self).lowercased().drop { "*_ ".contains($0) }
            isScenario = words.hasPrefix("given") || words.hasPrefix("as a ")
        }

        /// `1.2 `, also in bold and with a colon, and where what follows begins.
        static func dotted(_ bytes: [UInt8], at start: Int) -> (number: String, end: Int)? {
            var index = start
            while index < bytes.count, bytes[index] == UInt8(ascii: "*") { index += 1 }
            let first = index
            var dots = 0
            while index < bytes.count {
                if bytes[index].isDigit {
                    index += 1
                } else if bytes[index] == UInt8(ascii: "."), index > first, index + 1 < bytes.count,
                    bytes[index + 1].isDigit
                {
                    dots += 1
                    index += 1
                } else {
                    break
                }
            }
            guard dots > 0, index - first <= 12 else { return nil }
            let number = String(decoding: bytes[first..<index], as: UTF8.self)
            while index < bytes.count, "*:.)".utf8.contains(bytes[index]) { index += 1 }
            guard index < bytes.count, bytes[index] == 32 else { return nil }
            while index < bytes.count, bytes[index] == 32 { index += 1 }
            return (number, index)
        }
    }
}
