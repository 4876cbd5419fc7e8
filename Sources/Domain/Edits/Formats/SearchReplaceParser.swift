/// Reads SEARCH/REPLACE blocks, each below its file's path or in the file of the block before.
struct SearchReplaceParser {
    private let input: PatchText
    private var plan = EditPlan(format: .searchReplace, operations: [])

    static func parse(_ input: PatchText) -> EditPlan {
        var parser = SearchReplaceParser(input: input)
        parser.run()
        return parser.plan
    }

    private init(input: PatchText) { self.input = input }

    private mutating func run() {
        var next = 0
        var path = ""
        var end = 0
        while next < input.count {
            guard let opening = ConflictMarker(input.lines[next]), opening.kind == .search else {
                next += 1
                continue
            }
            path = Self.pathAbove(next, downTo: end, in: input, last: path) ?? path
            if !opening.rest.isEmpty { path = opening.rest }
            next = readBlock(at: next, opening, path)
            end = next
        }
        if plan.operations.isEmpty, plan.problems.isEmpty {
            plan.problems.append(
                EditFailure(
                    .unreadable, path: "", line: 1, "there is no SEARCH/REPLACE block", Self.shape))
        }
    }

    private static let shape =
        "Send the path on a line of its own, then <<<<<<< SEARCH, the old lines, =======, the new lines, >>>>>>> REPLACE."

    /// Returns the line after the block.
    private mutating func readBlock(at start: Int, _ opening: ConflictMarker, _ path: String) -> Int {
        var dividers: [(line: Int, length: Int)] = []
        var line = start + 1
        var closing: Int?
        while line < input.count {
            if let marker = ConflictMarker(input.lines[line]) {
                if marker.kind == .divider { dividers.append((line, marker.length)) }
                if marker.kind == .replace, !dividers.isEmpty || marker.length == opening.length {
                    closing = line
                    break
                }
                if marker.kind == .search, marker.length == opening.length { break }
            }
            line += 1
        }
        guard let closing else {
            plan.problems.append(
                EditFailure(
                    .unreadable, path: path, line: start + 1, "the block has no end, >>>>>>> REPLACE",
                    "It may have been cut off; send the whole block again."))
            return line
        }
        let alike = dividers.filter { $0.length == opening.length }
        let chosen = alike.isEmpty ? dividers : alike
        guard chosen.count == 1 else {
            let advice =
                chosen.isEmpty
                ? Self.shape : "Mark the block with another number of signs, five to nine, than its text has."
            plan.problems.append(
                EditFailure(
                    .unreadable, path: path, line: start + 1,
                    chosen.isEmpty
                        ? "the block has no line =======" : "the block has \(chosen.count) lines that may divide it",
                    advice))
            return closing + 1
        }
        guard !path.isEmpty else {
            plan.problems.append(
                EditFailure(.badPath, path: "", line: start + 1, "the block names no file", Self.shape))
            return closing + 1
        }
        let old = Array(input.lines[(start + 1)..<chosen[0].line])
        let new = Array(input.lines[(chosen[0].line + 1)..<closing])
        add(old, new, path, line: start + 1)
        return closing + 1
    }

    private mutating func add(_ old: [[UInt8]], _ new: [[UInt8]], _ path: String, line: Int) {
        if old.isEmpty {
            plan.operations.append(
                EditOperation(path: path, change: .create(PatchText.joined(new)), line: line))
            return
        }
        let hunk = EditHunk.replacing(old, by: new, line: line)
        if let last = plan.operations.indices.last, plan.operations[last].path == path,
            case .update(let hunks) = plan.operations[last].change
        {
            plan.operations[last].change = .update(hunks + [hunk])
        } else {
            plan.operations.append(EditOperation(path: path, change: .update([hunk]), line: line))
        }
    }

    /// The path on the lines above a block, over a code fence and blank lines; nil where there is none.
    static func pathAbove(_ start: Int, downTo end: Int, in input: PatchText, last: String) -> String? {
        var line = start - 1
        var seen = 0
        while line >= end, seen < 4 {
            defer { line -= 1 }
            if input.isBlank(line) { continue }
            seen += 1
            if let fence = input.fence(line) {
                if let path = PathLine.inFence(fence.info) { return path }
                continue
            }
            return PathLine.read(input.text(line), insists: last.isEmpty)
        }
        return nil
    }
}
