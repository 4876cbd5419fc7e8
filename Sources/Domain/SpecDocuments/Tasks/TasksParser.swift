/// Reads the tasks out of a document's lines.
struct TasksParser {
    private let source: MarkdownSource
    private(set) var tasks: [TaskItem] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Those of the diagnostics that speak of lines which look like tasks and are none.
    private(set) var malformed: [Diagnostic] = []
    /// Those that speak of ids in use already.
    private(set) var duplicates: [Diagnostic] = []
    private var firstLines: [String: Int] = [:]
    private var suspects: [Suspect] = []

    init(_ source: MarkdownSource) {
        self.source = source
    }

    mutating func parse() {
        guard !source.isRefused else { return }
        var open: TaskItem?
        var details: [String] = []
        for line in source.lines {
            let reading = line.region == .body ? read(line) : .other
            if case .task(let task) = reading {
                close(&open, &details)
                open = task
                continue
            }
            let content = line.content
            if let task = open {
                if content.trimmed.isEmpty || (content.indentation > task.indentation && line.region != .heading) {
                    details.append(content)
                    continue
                }
                close(&open, &details)
            }
            if case .suspect(let suspect) = reading { suspects.append(suspect) }
        }
        close(&open, &details)
        diagnostics += duplicates
        judgeSuspects()
        resolveDependencies()
        if tasks.isEmpty {
            diagnostics.append(
                Diagnostic(
                    .error, message: "The document holds no task.",
                    fix: "Write one task a line: `- [ ] T001 [P] [US1] What to do in path/to/file`."))
        }
    }

    private enum Reading {
        case task(TaskItem)
        case suspect(Suspect)
        case other
    }

    /// A line that looks like a task and is none; how bad that is depends on its neighbours.
    private struct Suspect {
        enum Problem { case noID, noCheckbox(id: String), badCheckbox }
        var problem: Problem
        var line: MarkdownSource.Line
        var text: String
    }

    private func read(_ line: MarkdownSource.Line) -> Reading {
        guard let marker = ListMarker(line.content) else { return .other }
        let bytes = Array(line.content.utf8)
        var index = marker.length
        let text = String(decoding: bytes[index...], as: UTF8.self)
        guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else {
            guard let (id, end) = Self.id(in: bytes, at: index), end < bytes.count, bytes[end] == 32 || bytes[end] == 58
            else { return .other }
            return .suspect(Suspect(problem: .noCheckbox(id: id), line: line, text: text))
        }
        let mark = index + 1
        guard mark + 1 < bytes.count, bytes[mark + 1] == UInt8(ascii: "]"), " xX".utf8.contains(bytes[mark]) else {
            guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "]")), close - index <= 4,
                bytes[(index + 1)..<close].allSatisfy({ [32, 9, 88, 120, 45].contains($0) }),
                Self.id(in: bytes, at: Self.skip(bytes, close + 1)) != nil
            else { return .other }
            return .suspect(Suspect(problem: .badCheckbox, line: line, text: text))
        }
        index = Self.skip(bytes, mark + 2)
        // "[x](link)" is a link.
        guard index > mark + 2 || index == bytes.count || bytes[index] != UInt8(ascii: "(") else { return .other }
        guard let (id, end) = Self.id(in: bytes, at: index) else {
            return .suspect(Suspect(problem: .noID, line: line, text: String(decoding: bytes[index...], as: UTF8.self)))
        }
        return .task(item(id: id, line: line, bytes: bytes, markedAt: mark, from: end, indentation: marker.indentWidth))
    }

    private func item(
        id: String, line: MarkdownSource.Line, bytes: [UInt8], markedAt mark: Int, from end: Int, indentation: Int
    ) -> TaskItem {
        var index = Self.skip(bytes, end)
        var isParallel = false
        var story: String?
        while index < bytes.count, bytes[index] == UInt8(ascii: "["), let close = bytes[index...].firstIndex(of: 93) {
            let label = String(decoding: bytes[(index + 1)..<close], as: UTF8.self).trimmed.uppercased()
            if label == "P" {
                isParallel = true
            } else if label.hasPrefix("US"), label.count > 2, label.dropFirst(2).allSatisfy(\.isNumber) {
                story = label
            } else {
                break
            }
            index = Self.skip(bytes, close + 1)
        }
        let headings = source.headings
        var phase = line.heading
        while let current = phase, let parent = headings[current].parent, headings[parent].level > 1 { phase = parent }
        return TaskItem(
            id: id, isDone: bytes[mark] != 32, isParallel: isParallel, story: story,
            title: String(decoding: bytes[index...], as: UTF8.self).trimmed, details: "", paths: [], dependencies: [],
            requirements: [], line: line.number, phase: phase.map { headings[$0].title } ?? "",
            section: line.heading.map { headings[$0].title } ?? "",
            sectionLine: line.heading.map { headings[$0].line } ?? 0,
            markOffset: line.offset + mark, indentation: indentation)
    }

    /// A task id, bare or in bold, code or brackets, with an optional colon or full stop behind it.
    private static func id(in bytes: [UInt8], at start: Int) -> (id: String, end: Int)? {
        var index = start
        while index < bytes.count, "*`[_".utf8.contains(bytes[index]) { index += 1 }
        guard var (id, end) = References.taskID(in: bytes, at: index) else { return nil }
        while end < bytes.count, "*`]_:.".utf8.contains(bytes[end]) { end += 1 }
        id = String(id)
        return (id, end)
    }

    private static func skip(_ bytes: [UInt8], _ start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        return index
    }

    private mutating func close(_ open: inout TaskItem?, _ details: inout [String]) {
        guard var task = open else { return }
        let indents = details.filter { !$0.trimmed.isEmpty }.map { $0.prefix { $0 == " " || $0 == "\t" }.count }
        let common = indents.min() ?? 0
        task.details = details.map { String($0.dropFirst(common)) }.withoutOuterBlankLines
        let all = task.details.isEmpty ? task.title : task.title + "\n" + task.details
        task.paths = PathMentions.find(in: all)
        task.dependencies = References.dependencies(in: all)
        task.requirements = References.requirements(in: all, prefixes: ["FR", "NFR"])
        (open, details) = (nil, [])
        if let first = firstLines[References.key(task.id)] {
            duplicates.append(
                Diagnostic(
                    .error, line: task.line, message: "\(task.id) stands in line \(first) already.",
                    fix: "Give this task an id of its own."))
            return
        }
        firstLines[References.key(task.id)] = task.line
        tasks.append(task)
    }

    private mutating func judgeSuspects() {
        let sections = Set(tasks.map(\.sectionLine))
        for suspect in suspects {
            let line = suspect.line
            let isAmongTasks = sections.contains(line.heading.map { source.headings[$0].line } ?? 0)
            let excerpt = suspect.text.count > 60 ? suspect.text.prefix(60) + "…" : suspect.text[...]
            switch suspect.problem {
            case .noID:
                malformed.append(
                    Diagnostic(
                        isAmongTasks || tasks.isEmpty ? .error : .warning, line: line.number,
                        message: "A checkbox without a task id: \"\(excerpt)\".",
                        fix:
                            "Put an id behind the box, as in `- [ ] T001 What to do`, or indent the line below its task."
                    ))
            case .noCheckbox(let id):
                guard isAmongTasks, firstLines[References.key(id)] == nil else { continue }
                malformed.append(
                    Diagnostic(
                        .error, line: line.number, message: "\(id) has no checkbox.",
                        fix: "Write it as `- [ ] \(id) …`."))
            case .badCheckbox:
                malformed.append(
                    Diagnostic(
                        .error, line: line.number, message: "A checkbox that is neither open nor done: \"\(excerpt)\".",
                        fix: "Write `[ ]` or `[x]`."))
            }
        }
        diagnostics += malformed
    }

    private mutating func resolveDependencies() {
        var ids: [String: String] = [:]
        for task in tasks { ids[References.key(task.id)] = task.id }
        for index in tasks.indices {
            tasks[index].dependencies = tasks[index].dependencies.map { ids[References.key($0)] ?? $0 }
            for dependency in tasks[index].dependencies where ids[References.key(dependency)] == nil {
                diagnostics.append(
                    Diagnostic(
                        .error, line: tasks[index].line,
                        message: "\(tasks[index].id) depends on \(dependency), which is not a task.",
                        fix: "Name an existing task, or drop the dependency."))
            }
        }
        guard let cycle = TaskGraph.cycle(in: tasks), let first = cycle.first else { return }
        diagnostics.append(
            Diagnostic(
                .error, line: tasks.first { $0.id == first }?.line,
                message: "Tasks wait for one another: \(cycle.joined(separator: " → ")).",
                fix: "Drop one of these dependencies."))
    }
}
