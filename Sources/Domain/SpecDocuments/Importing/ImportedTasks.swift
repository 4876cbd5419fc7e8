/// A `tasks.md` with boxes numbered `1`, `1.1`, `2.3.1`, as Kiro and OpenSpec write them, made a task list.
///
/// Boxes that hold others become headings; what was ticked stays ticked; every line that is no box stays as it is, but for its
/// indentation below a box that became a heading.
package struct ImportedTasks: Sendable, Hashable {
    package let text: String
    /// How many boxes were neither open nor done, such as `[-]`; they are open here.
    package let halfDone: Int

    package init(_ text: String, title: String, ids: inout ImportedIDs) {
        let source = MarkdownSource(text)
        let boxes = Self.boxes(in: source)
        ids.reserve(boxes.compactMap(\.ownID), .task)
        var edits = TextEdits()
        let subject = ImportedTitle.subject(source) ?? title
        ImportedTitle.replacing(in: source, of: text, with: "Tasks: \(subject)", &edits)
        var shift = 0
        var position = 0
        var half = 0
        let ending = MarkdownSource.lineEnding(of: text)
        let hasGroups = boxes.contains { $0.isGroup }
        for line in source.lines where line.region == .body || line.region == .fence || line.region == .comment {
            guard position < boxes.count, boxes[position].line == line.number else {
                // What belongs to a box moves with it.
                let white = line.content.prefix { $0 == " " }.utf8.count
                if line.content.trimmed.isEmpty { continue }
                let isInside = position > 0 && line.content.indentation > boxes[position - 1].indentation
                if isInside, shift > 0 { edits.replace(line.offset..<(line.offset + min(shift, white)), with: "") }
                if !isInside { shift = 0 }
                continue
            }
            let box = boxes[position]
            position += 1
            let whole = line.offset..<(line.offset + line.content.utf8.count)
            let above = line.number > 1 ? source.lines[line.number - 2].content.trimmed : ""
            let gap = above.isEmpty ? "" : ending
            let words = box.title.isEmpty ? "Task \(box.number ?? String(line.number))" : box.title
            // Below the heading that the boxes stand under.
            let base = max(2, (line.heading.map { source.headings[$0].level } ?? 1) + 1)
            if box.isGroup {
                let level = min(6, base + box.depth)
                let label = box.depth == 0 ? Self.phase(box, &ids) : "\(box.number ?? "") "
                edits.replace(whole, with: gap + String(repeating: "#", count: level) + " \(label)\(words)")
                shift = box.indentation + 2
                continue
            }
            let old = box.number ?? box.ownID ?? String(box.title.prefix(60))
            let id = ids.define(old, .task, wanted: box.ownID)
            if box.isHalfDone { half += 1 }
            let optional = box.isOptional ? " (optional)" : ""
            let task = "- [\(box.isDone ? "x" : " ")] \(id) \(words)\(optional)"
            // Beside boxes that became headings, one that holds none gets a heading of its own.
            let isAlone = hasGroups && box.depth == 0
            let marks = String(repeating: "#", count: min(6, base))
            let head = isAlone ? "\(gap)\(marks) \(Self.phase(box, &ids))\(words)\(ending)\(ending)" : ""
            edits.replace(whole, with: head + task)
            shift = box.indentation
        }
        halfDone = half
        let changed = edits.applied(to: text)
        let renamed = ids.renaming(.requirement, behind: ["requirement"], in: changed)
        self.text = ids.renaming(
            .task, behind: ["depends on", "depends on task", "blocked by", "dependencie", "task"], in: renamed)
    }

    private static func phase(_ box: Box, _ ids: inout ImportedIDs) -> String {
        let name = ids.define(box.number ?? box.title, .phase, wanted: box.number.map { "Phase \($0)" })
        return "\(name): "
    }

    private struct Box {
        var line: Int
        var indentation: Int
        var number: String?
        /// `T001`, where the document has such ids already.
        var ownID: String?
        var title: String
        var isDone: Bool
        var isHalfDone: Bool
        var isOptional: Bool
        var isGroup = false
        /// How many boxes it stands in.
        var depth = 0
    }

    private static func boxes(in source: MarkdownSource) -> [Box] {
        var boxes: [Box] = []
        for line in source.lines where line.region == .body {
            if let box = box(line) { boxes.append(box) }
        }
        // Boxes without a number inside of one that has one are its details, unless it holds numbered ones as well.
        var kept: [Box] = []
        var open: [Int] = []
        for (index, box) in boxes.enumerated() {
            var box = box
            while let last = open.last, kept[last].indentation >= box.indentation { open.removeLast() }
            let hasHeading = source.lines[box.line - 1].heading
            if let last = open.last, source.lines[kept[last].line - 1].heading != hasHeading { open = [] }
            if let parent = open.last {
                let isNumbered = box.number != nil || box.ownID != nil
                if !isNumbered {
                    let siblings = boxes[(index + 1)...].prefix { $0.indentation > kept[parent].indentation }
                    guard kept[parent].isGroup || siblings.contains(where: { $0.number != nil }) else { continue }
                }
                kept[parent].isGroup = true
                box.depth = kept[parent].depth + 1
            }
            kept.append(box)
            open.append(kept.count - 1)
        }
        return kept
    }

    private static func box(_ line: MarkdownSource.Line) -> Box? {
        guard let marker = ListMarker(line.content) else { return nil }
        let bytes = Array(line.content.utf8)
        var index = marker.length
        guard index + 2 < bytes.count, bytes[index] == UInt8(ascii: "["), bytes[index + 2] == UInt8(ascii: "]"),
            " xX-~/".utf8.contains(bytes[index + 1])
        else { return nil }
        let mark = bytes[index + 1]
        index += 3
        let isOptional =
            index < bytes.count && bytes[index] == UInt8(ascii: "*")
            && !(index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "*"))
        if isOptional { index += 1 }
        guard index == bytes.count || bytes[index] == 32 || bytes[index] == 9 else { return nil }
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        var box = Box(
            line: line.number, indentation: line.content.indentation, title: "",
            isDone: mark == UInt8(ascii: "x") || mark == UInt8(ascii: "X"),
            isHalfDone: !" xX".utf8.contains(mark), isOptional: isOptional)
        if let own = References.taskID(in: bytes, at: index) {
            (box.ownID, index) = (own.id, own.end)
        } else if let (number, end) = number(bytes, at: index) {
            (box.number, index) = (number, end)
        }
        box.title = String(decoding: bytes[min(index, bytes.count)...], as: UTF8.self).trimmed
        return box
    }

    /// `1`, `1.2`, `1.`, `**1.2**`, `Task 3:` and where what follows begins.
    private static func number(_ bytes: [UInt8], at start: Int) -> (String, Int)? {
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: "*") { index += 1 }
        if bytes[index...].starts(with: "Task ".utf8) || bytes[index...].starts(with: "task ".utf8) { index += 5 }
        let first = index
        while index < bytes.count,
            bytes[index].isDigit
                || (bytes[index] == UInt8(ascii: ".") && index > first && index + 1 < bytes.count
                    && bytes[index + 1].isDigit)
        {
            index += 1
        }
        guard index > first, index - first <= 12 else { return nil }
        let number = String(decoding: bytes[first..<index], as: UTF8.self)
        let end = index
        while index < bytes.count, "*:.)".utf8.contains(bytes[index]) { index += 1 }
        guard index == bytes.count || bytes[index] == 32 || bytes[index] == 9 else { return nil }
        // "3 screens" counts things, "3.2 screens" and "3. screens" number them.
        guard index > end || number.contains(".") || first > start else { return nil }
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        return (number, index)
    }
}
