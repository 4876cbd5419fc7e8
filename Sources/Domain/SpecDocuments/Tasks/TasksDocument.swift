/// A `tasks.md`: its text, kept byte for byte, and the tasks found in it.
///
/// Parsing never fails; what is wrong is in `diagnostics`. A text that is no document at all has no tasks and an error.
package struct TasksDocument: Sendable, Hashable {
    /// The document as it stands on disk; only the bytes between brackets are ever changed.
    package private(set) var text: String
    /// In document order, without those whose id stands earlier already.
    package private(set) var tasks: [TaskItem]
    package let title: String
    package let diagnostics: [Diagnostic]

    package init(parsing text: String) {
        self.text = text
        let source = MarkdownSource(text)
        title = source.title?.title ?? ""
        var parser = TasksParser(source)
        parser.parse()
        tasks = parser.tasks
        diagnostics = (source.diagnostics + parser.diagnostics).sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// Finds a task by its id; `T1` finds `T001`.
    package subscript(id: String) -> TaskItem? {
        index(of: id).map { tasks[$0] }
    }

    /// Marks a task done, changing one byte at most.
    package mutating func tick(_ id: String) throws(SpecDocumentsError) {
        try mark(id, as: .done)
    }

    /// Marks a task open again, changing one byte at most.
    package mutating func untick(_ id: String) throws(SpecDocumentsError) {
        try mark(id, as: .open)
    }

    /// The lowest id above all in the document, as wide as they are written.
    package var nextID: String {
        let numbers = tasks.compactMap { Int($0.id.dropFirst().prefix { $0.isNumber }) }
        let digits = String((numbers.max() ?? 0) + 1)
        let width = tasks.map { $0.id.dropFirst().prefix { $0.isNumber }.count }.max() ?? 3
        return "T" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private enum Mark { case open, done }

    private mutating func mark(_ id: String, as mark: Mark) throws(SpecDocumentsError) {
        guard let index = index(of: id) else {
            throw SpecDocumentsError(
                .unknownTask,
                "There is no task \(id) in this document, which has \(tasks.count) tasks; name one of them.")
        }
        guard tasks[index].isDone != (mark == .done) else { return }
        tasks[index].isDone = mark == .done
        var bytes = Array(text.utf8)
        bytes[tasks[index].markOffset] = mark == .done ? UInt8(ascii: "x") : UInt8(ascii: " ")
        text = String(decoding: bytes, as: UTF8.self)
    }

    private func index(of id: String) -> Int? {
        let key = References.key(id)
        return tasks.firstIndex { $0.id == id || References.key($0.id) == key }
    }
}
