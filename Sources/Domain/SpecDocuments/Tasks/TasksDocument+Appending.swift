extension TasksDocument {
    /// Writes tasks behind the last one of a phase and gives back their ids, which follow on all in the document.
    @discardableResult
    package mutating func append(_ new: [NewTask], toPhase phase: String) throws(SpecDocumentsError) -> [String] {
        let source = try editable()
        guard let heading = source.heading(called: phase) else {
            let known = Self.unique(tasks.map(\.phase)).map { "\"\($0)\"" }.joined(separator: ", ")
            throw SpecDocumentsError(
                .unknownSection,
                "There is no phase \"\(phase)\"; the document has \(known.isEmpty ? "none" : known).")
        }
        let (ids, lines) = try written(new)
        let last = tasks.last { $0.line > heading.line && $0.line <= heading.end }
        var place = last.map { Self.lastLine(of: $0, in: source) } ?? 0
        var text = lines
        if last == nil {
            place = source.lastFilledLine(from: heading.lastLine + 1, to: heading.end)
            text.insert("", at: 0)
        }
        self = TasksDocument(parsing: source.inserting(text, afterLine: place, into: self.text))
        return ids
    }

    /// Writes a phase with its tasks at the end of the document, or behind another phase.
    @discardableResult
    package mutating func appendPhase(
        _ title: String, tasks new: [NewTask], after phase: String? = nil
    ) throws(SpecDocumentsError) -> [String] {
        let (ids, lines) = try written(new)
        try insertSection(title, lines: lines, after: phase)
        return ids
    }

    /// Lines with ids of their own, counted on from the highest of the document.
    private func written(_ new: [NewTask]) throws(SpecDocumentsError) -> (ids: [String], lines: [String]) {
        var ids: [String] = []
        var lines: [String] = []
        var id = nextID
        for task in new {
            lines.append(try task.line(id: id))
            ids.append(id)
            id = Self.following(id)
        }
        return (ids, lines)
    }

    private static func following(_ id: String) -> String {
        let digits = String((Int(id.dropFirst()) ?? 0) + 1)
        return "T" + String(repeating: "0", count: max(0, id.count - 1 - digits.count)) + digits
    }

    /// The last line of the task's details.
    private static func lastLine(of task: TaskItem, in source: MarkdownSource) -> Int {
        var end = task.line
        while end < source.lines.count {
            let line = source.lines[end]
            guard
                line.content.trimmed.isEmpty || (line.content.indentation > task.indentation && line.region != .heading)
            else { break }
            end += 1
        }
        return source.lastFilledLine(from: task.line, to: end)
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
