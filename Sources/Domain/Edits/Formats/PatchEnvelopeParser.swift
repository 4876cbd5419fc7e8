/// Reads `*** Begin Patch` … `*** End Patch` with its sections for files.
struct PatchEnvelopeParser {
    private let input: PatchText
    private var plan = EditPlan(format: .patchEnvelope, operations: [])
    private var next = 0

    private static let begin = "*** Begin Patch"
    private static let end = "*** End Patch"
    private static let sections = ["*** Add File:", "*** Update File:", "*** Delete File:"]

    static func isMarker(_ input: PatchText, _ line: Int) -> Bool {
        ([begin] + sections).contains { input.starts(line, with: $0) }
    }

    static func parse(_ input: PatchText) -> EditPlan {
        var parser = PatchEnvelopeParser(input: input)
        parser.run()
        return parser.plan
    }

    private init(input: PatchText) { self.input = input }

    private mutating func run() {
        while next < input.count, !Self.isMarker(input, next) { next += 1 }
        while next < input.count {
            let line = next
            next += 1
            if let path = input.rest(line, after: "*** Add File:") {
                add(path, line)
            } else if let path = input.rest(line, after: "*** Delete File:") {
                plan.operations.append(EditOperation(path: path, change: .delete([]), line: line + 1))
            } else if let path = input.rest(line, after: "*** Update File:") {
                update(path, line)
            } else if input.starts(line, with: Self.end) {
                while next < input.count, !input.starts(next, with: Self.begin) { next += 1 }
            } else if !input.starts(line, with: Self.begin), !input.isBlank(line), input.fence(line) == nil {
                problem("", line, "'\(Self.cut(input.text(line)))' belongs to no file")
                skipSection()
            }
        }
        if plan.operations.isEmpty, plan.problems.isEmpty {
            problem("", 0, "the patch changes no file")
        }
    }

    private mutating func problem(_ path: String, _ line: Int, _ reason: String) {
        plan.problems.append(
            EditFailure(
                .unreadable, path: path, line: line + 1, reason,
                "Begin each file with *** Add File:, *** Update File: or *** Delete File: and its path; "
                    + "begin each line below with +, - or a space."))
    }

    private static func cut(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "…" : text }

    private var isAtSectionEnd: Bool {
        next >= input.count || input.starts(next, with: Self.end) || Self.isMarker(input, next)
    }

    private mutating func skipSection() {
        while !isAtSectionEnd { next += 1 }
    }

    private mutating func add(_ path: String, _ line: Int) {
        var content: [[UInt8]] = []
        var blanks = 0
        var isUnended = false
        while !isAtSectionEnd {
            let text = input.lines[next]
            if text.first == UInt8(ascii: "+") {
                content += Array(repeating: [], count: blanks) + [Array(text.dropFirst())]
                blanks = 0
            } else if text.isEmpty {
                blanks += 1
            } else if input.starts(next, with: "\\ No newline") || input.starts(next, with: "*** End of File") {
                isUnended = isUnended || text.first == UInt8(ascii: "\\")
            } else if input.fence(next) == nil {
                problem(path, next, "'\(Self.cut(input.text(next)))' has no + before it, as all lines of a new file do")
                return skipSection()
            }
            next += 1
        }
        let bytes = PatchText.joined(content, endsWithBreak: !isUnended)
        plan.operations.append(EditOperation(path: path, change: .create(bytes), line: line + 1))
    }

    private mutating func update(_ path: String, _ line: Int) {
        var operation = EditOperation(path: path, change: .update([]), line: line + 1)
        if next < input.count, let target = input.rest(next, after: "*** Move to:") {
            operation.newPath = target
            next += 1
        }
        var hunks: [EditHunk] = []
        while !isAtSectionEnd {
            if let hunk = readHunk() { hunks.append(hunk) }
        }
        if hunks.isEmpty, operation.newPath == nil {
            return problem(path, line, "the section has no line to change")
        }
        operation.change = .update(hunks)
        plan.operations.append(operation)
    }

    private mutating func readHunk() -> EditHunk? {
        var hunk = EditHunk([], line: next + 1)
        while !isAtSectionEnd, input.starts(next, with: "@@") {
            if let span = HunkHeader(input.lines[next]), span.oldStart != nil {
                hunk.hint = span.oldStart
            } else if let header = input.rest(next, after: "@@"), !header.isEmpty {
                hunk.headers.append(header.hasSuffix(" @@") ? PatchText.trim(header.dropLast(3).utf8) : header)
            }
            next += 1
        }
        var blanks = 0
        while !isAtSectionEnd, !input.starts(next, with: "@@") {
            let text = input.lines[next]
            next += 1
            if input.starts(next - 1, with: "*** End of File") {
                hunk.isAtEnd = true
                break
            }
            if text.isEmpty {
                blanks += 1
                continue
            }
            // Behind the last line of a patch without end a fence may close.
            if input.fence(next - 1)?.info.isEmpty == true, isAtSectionEnd { break }
            hunk.lines += Array(repeating: EditHunk.Line(.keep, []), count: blanks)
            blanks = 0
            hunk.add(text)
        }
        return hunk.lines.isEmpty ? nil : hunk
    }
}

extension EditHunk {
    /// Adds a line of a diff; one without a mark is context whose space was forgotten.
    mutating func add(_ text: [UInt8]) {
        switch text.first {
        case UInt8(ascii: "+"): lines.append(Line(.add, Array(text.dropFirst())))
        case UInt8(ascii: "-"): lines.append(Line(.remove, Array(text.dropFirst())))
        case 32: lines.append(Line(.keep, Array(text.dropFirst())))
        case UInt8(ascii: "\\") where text.starts(with: "\\ No newline".utf8):
            guard let last = lines.last else { return }
            if last.mark != .add { oldIsUnended = true }
            if last.mark != .remove { newIsUnended = true }
        default: lines.append(Line(.keep, text))
        }
    }
}
