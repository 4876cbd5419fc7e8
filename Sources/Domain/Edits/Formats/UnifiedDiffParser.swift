/// Reads unified diffs, git's and others, with right, wrong or no line numbers.
struct UnifiedDiffParser {
    private let input: PatchText
    private var plan = EditPlan(format: .unifiedDiff, operations: [])
    private var next = 0
    private var section: Section?

    private struct Section {
        var line: Int
        var old: String?
        var new: String?
        var from: String?
        var to: String?
        var isNew = false
        var isDeleted = false
        var executable: Bool?
        var refusal: String?
        var hunks: [EditHunk] = []
    }

    /// Whether a file's part begins with `--- old` and `+++ new`.
    static func isFileHeader(_ input: PatchText, _ line: Int) -> Bool {
        input.starts(line, with: "--- ") && input.starts(line + 1, with: "+++ ")
    }

    static func parse(_ input: PatchText) -> EditPlan {
        var parser = UnifiedDiffParser(input: input)
        parser.run()
        return parser.plan
    }

    private init(input: PatchText) { self.input = input }

    private mutating func run() {
        while next < input.count {
            let line = next
            next += 1
            if input.starts(line, with: "diff --git ") {
                close()
                let paths = Self.gitPaths(input.text(line))
                section = Section(line: line + 1, old: paths.0, new: paths.1)
            } else if Self.isFileHeader(input, line) {
                if section == nil || section?.hunks.isEmpty == false {
                    close()
                    section = Section(line: line + 1)
                }
                section?.old = Self.path(input.text(line))
                section?.new = Self.path(input.text(line + 1))
                next += 1
            } else if let header = HunkHeader(input.lines[line]) {
                readHunk(header, line)
            } else {
                readExtendedHeader(line)
            }
        }
        close()
        if plan.operations.isEmpty, plan.problems.isEmpty {
            plan.problems.append(
                EditFailure(
                    .unreadable, path: "", line: 1, "the diff changes no file",
                    "Begin each file with --- a/PATH and +++ b/PATH."))
        }
    }

    private mutating func readExtendedHeader(_ line: Int) {
        guard section != nil else { return }
        if let mode = input.rest(line, after: "new file mode ") {
            section?.isNew = true
            setMode(mode)
        } else if let mode = input.rest(line, after: "new mode ") {
            setMode(mode)
        } else if input.starts(line, with: "deleted file mode ") {
            section?.isDeleted = true
        } else if let path = input.rest(line, after: "rename from ") {
            section?.from = Self.unquoted(path)
        } else if let path = input.rest(line, after: "rename to ") {
            section?.to = Self.unquoted(path)
        } else if input.starts(line, with: "copy from ") {
            section?.refusal = "copying a file by diff is not done"
        } else if input.starts(line, with: "GIT binary patch") || input.starts(line, with: "Binary files ") {
            section?.refusal = "a binary patch is not applied"
        }
    }

    private mutating func setMode(_ mode: String) {
        switch mode {
        case "100755": section?.executable = true
        case "100644", "100664": section?.executable = false
        default: section?.refusal = "the file mode \(mode) is not one of 100644 and 100755"
        }
    }

    // MARK: - Hunks

    private mutating func readHunk(_ header: HunkHeader, _ line: Int) {
        var hunk = EditHunk([], line: line + 1)
        hunk.hint = header.oldStart
        if header.oldCount == 0, let start = header.oldStart { hunk.hint = start + 1 }
        if !header.words.isEmpty { hunk.headers = [header.words] }
        let end = countedEnd(header, from: next) ?? guessedEnd(from: next)
        for line in next..<end {
            if input.lines[line].isEmpty { hunk.lines.append(.init(.keep, [])) } else { hunk.add(input.lines[line]) }
        }
        next = end
        guard section != nil else {
            plan.problems.append(
                EditFailure(
                    .badPath, path: "", line: line + 1, "the hunk belongs to no file",
                    "Send --- a/PATH and +++ b/PATH before it."))
            return
        }
        if !hunk.lines.isEmpty { section?.hunks.append(hunk) }
    }

    /// Where the hunk ends by the counts in its header; nil where they are wrong.
    private func countedEnd(_ header: HunkHeader, from start: Int) -> Int? {
        guard var old = header.oldCount, var new = header.newCount else { return nil }
        var line = start
        while line < input.count, old > 0 || new > 0 || input.lines[line].first == UInt8(ascii: "\\") {
            switch input.lines[line].first {
            case 32, nil:
                old -= 1
                new -= 1
            case UInt8(ascii: "-"): old -= 1
            case UInt8(ascii: "+"): new -= 1
            case UInt8(ascii: "\\"): break
            default: return nil
            }
            line += 1
        }
        guard old == 0, new == 0 else { return nil }
        guard line < input.count else { return line }
        switch input.lines[line].first {
        case nil, UInt8(ascii: "@"), UInt8(ascii: "d"), UInt8(ascii: "`"), UInt8(ascii: "~"): return line
        case UInt8(ascii: "-"): return Self.isFileHeader(input, line) ? line : nil
        case 32, UInt8(ascii: "+"): return nil
        default: return line
        }
    }

    /// Where the next part begins; what has no mark at the end, such as an explanation, is left out.
    private func guessedEnd(from start: Int) -> Int {
        var line = start
        var last = start
        while line < input.count {
            if input.starts(line, with: "diff --git ") || input.starts(line, with: "@@") { break }
            if Self.isFileHeader(input, line), input.starts(line + 2, with: "@@") || line + 2 >= input.count { break }
            if input.fence(line) != nil, input.lines[line].first == 96 { break }
            if let first = input.lines[line].first, [32, 43, 45, 92].contains(first) { last = line + 1 }
            line += 1
        }
        return last
    }

    // MARK: - Files

    private mutating func close() {
        guard let section else { return }
        self.section = nil
        let old = section.from ?? section.old ?? section.new ?? ""
        let new = section.to ?? section.new ?? old
        let shown = new == "/dev/null" ? old : new
        if let refusal = section.refusal {
            plan.problems.append(
                EditFailure(
                    .unsupported, path: Self.bare(shown), line: section.line, refusal,
                    "Leave this file out of the patch."))
            return
        }
        if section.isNew || old == "/dev/null" {
            create(section, new)
        } else if section.isDeleted || new == "/dev/null" {
            plan.operations.append(EditOperation(path: old, change: .delete(section.hunks), line: section.line))
        } else {
            let moves = section.to != nil ? section.from != section.to : Self.bare(old) != Self.bare(new)
            guard !section.hunks.isEmpty || moves || section.executable != nil else {
                plan.problems.append(
                    EditFailure(
                        .unreadable, path: Self.bare(shown), line: section.line,
                        "the diff changes nothing in this file",
                        "Send its hunks, each beginning with @@."))
                return
            }
            let isPrefixed = section.from == nil && section.to == nil
            plan.operations.append(
                EditOperation(
                    path: old, newPath: moves ? (isPrefixed ? Self.bare(new) : new) : nil,
                    change: .update(section.hunks), executable: section.executable, line: section.line))
        }
    }

    private mutating func create(_ section: Section, _ new: String) {
        let lines = section.hunks.flatMap(\.lines)
        guard lines.allSatisfy({ $0.mark == .add }) else {
            plan.problems.append(
                EditFailure(
                    .unreadable, path: Self.bare(new), line: section.line, "a new file has only lines with +",
                    "Send all its lines with +, or name the file after --- if it exists."))
            return
        }
        let content = PatchText.joined(
            lines.map(\.text), endsWithBreak: section.hunks.last?.newIsUnended != true)
        plan.operations.append(
            EditOperation(
                path: Self.bare(new), change: .create(content), executable: section.executable, line: section.line))
    }

    /// Without git's `a/` or `b/`.
    private static func bare(_ path: String) -> String {
        path.hasPrefix("a/") || path.hasPrefix("b/") ? String(path.dropFirst(2)) : path
    }

    /// The path of a `---` or `+++` line, without a time stamp.
    private static func path(_ line: String) -> String {
        let text = line.dropFirst(4)
        return unquoted(PatchText.trim((text.split(separator: "\t").first ?? "").utf8))
    }

    /// The two paths of `diff --git a/x b/x`, which are of equal length where nothing is renamed.
    private static func gitPaths(_ line: String) -> (String?, String?) {
        let text = String(line.dropFirst("diff --git ".count))
        if text.hasPrefix("\"") {
            let parts = text.split(separator: "\"").filter { $0 != " " }
            guard parts.count == 2 else { return (nil, nil) }
            return (unquoted("\"\(parts[0])\""), unquoted("\"\(parts[1])\""))
        }
        let bytes = Array(text.utf8)
        guard bytes.count % 2 == 1, bytes[bytes.count / 2] == 32 else {
            let parts = text.split(separator: " ").map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : (nil, nil)
        }
        let half = bytes.count / 2
        return (
            String(decoding: bytes[..<half], as: UTF8.self), String(decoding: bytes[(half + 1)...], as: UTF8.self)
        )
    }

    /// A path that git put in quotes, with `\t`, `\"` and octal escapes read.
    private static func unquoted(_ path: String) -> String {
        let bytes = Array(path.utf8)
        guard bytes.count > 2, bytes.first == 34, bytes.last == 34 else { return path }
        var result: [UInt8] = []
        var index = 1
        while index < bytes.count - 1 {
            let byte = bytes[index]
            index += 1
            guard byte == 92, index < bytes.count - 1 else {
                result.append(byte)
                continue
            }
            let octal = bytes[index...].prefix(3).prefix { (48...55).contains($0) }
            if octal.count == 3 {
                result.append(UInt8(truncatingIfNeeded: octal.reduce(0) { $0 * 8 + Int($1) - 48 }))
                index += 3
                continue
            }
            let escapes: [UInt8: UInt8] = [110: 10, 116: 9, 114: 13]
            result.append(escapes[bytes[index]] ?? bytes[index])
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
