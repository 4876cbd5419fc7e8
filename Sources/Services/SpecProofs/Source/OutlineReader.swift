/// Walks through the lines of a file and finds what is defined there, and where it ends.
struct OutlineReader {
    typealias Entry = SourceOutline.Entry

    private let lines: SourceLines
    private var style: SourceStyle { lines.style }
    private var entries: [Entry] = []
    /// The entries around the current line, the outermost first.
    private var around: [Int] = []
    private var occurrences: [String: Int] = [:]

    init(lines: SourceLines) { self.lines = lines }

    mutating func read() -> [Entry] {
        for line in 0..<lines.count where lines.roles[line] == .code {
            while let last = around.last, entries[last].lastLine < line + 1 { around.removeLast() }
            read(line)
        }
        return entries
    }

    private mutating func read(_ line: Int) {
        let content = lines.content(line)
        guard let first = content.first, first != UInt8(ascii: "}"), first != UInt8(ascii: ")") else { return }
        let inner = around.last.map { entries[$0].kind }
        if let call = TestCall(content, next: nextCode(line), style: style) {
            add(call.isSuite ? .suite : .test, call.name, at: line, containers: call.containers, isTest: !call.isSuite)
            return
        }
        // What stands inside of a function is part of it.
        guard inner == nil || inner == .type else { return }
        let reader = DefinitionReader(
            content, style: style, type: inner == .type ? around.last.map { entries[$0].name } : nil,
            isOutermost: around.isEmpty && lines.indents[line] == 0, next: nextCode(line))
        guard let found = reader.definition() else { return }
        add(found.kind, found.name, at: line, containers: found.container.map { [$0] } ?? [], isTest: false)
    }

    private func nextCode(_ line: Int) -> ArraySlice<UInt8>? {
        var next = line + 1
        while next < lines.count, lines.roles[next] == .blank || lines.roles[next] == .comment { next += 1 }
        return next < lines.count ? lines.content(next) : nil
    }

    private mutating func add(_ kind: Entry.Kind, _ name: String, at line: Int, containers own: [String], isTest: Bool)
    {
        let start = headStart(line)
        let last = end(of: line, kind)
        let head = head(from: start, line, to: last)
        let containers = around.map { entries[$0].name } + own
        let key = (containers + [name]).joined(separator: "\u{0}")
        // Groups of tests are linked by nothing, so they take no number from what has their name.
        let occurrence = kind == .suite ? 1 : occurrences[key, default: 0] + 1
        if kind != .suite { occurrences[key] = occurrence }
        let counts = isTest || (kind == .function && TestMarks.isTest(name, head: head, language: style.language))
        entries.append(
            Entry(
                kind: kind, name: name, containers: containers, headLine: start + 1, line: line + 1, lastLine: last + 1,
                isTest: counts, head: head, occurrence: occurrence))
        if last > line { around.append(entries.count - 1) }
    }

    // MARK: - Where it begins and ends

    /// The first of the comments and attributes right above a line.
    private func headStart(_ line: Int) -> Int {
        var start = line
        var above = line - 1
        while above >= 0, line - above <= 60 {
            if isHead(above) {
                start = above
            } else if lines.roles[above] == .blank || !isInsideHead(above, line) {
                break
            }
            above -= 1
        }
        return start
    }

    private func isHead(_ line: Int) -> Bool {
        if lines.roles[line] == .comment { return true }
        guard lines.roles[line] == .code else { return false }
        let content = lines.content(line)
        switch content.first {
        case UInt8(ascii: "@"): return true
        case UInt8(ascii: "#"): return content.dropFirst().first == UInt8(ascii: "[")
        case UInt8(ascii: "["): return style.language == "c-sharp" && content.last == UInt8(ascii: "]")
        default: return false
        }
    }

    /// Whether a line may belong to a comment or an attribute of several lines that begins above it.
    private func isInsideHead(_ line: Int, _ definition: Int) -> Bool {
        if lines.roles[line] == .inner {
            var above = line
            while above > 0, lines.roles[above] == .inner || lines.roles[above] == .blank { above -= 1 }
            return lines.roles[above] == .comment || isHead(above)
        }
        guard lines.roles[line] == .code else { return false }
        var above = line
        while above >= 0, line - above < 12 {
            if lines.roles[above] == .code {
                let isDeeper = lines.indents[above] > lines.indents[definition]
                let content = lines.content(above)
                if isHead(above) { return content.last.map { "([,".utf8.contains($0) } ?? false }
                let closes = content.first.map { ")]".utf8.contains($0) } ?? false
                guard isDeeper || closes else { return false }
            } else if lines.roles[above] == .blank {
                return false
            }
            above -= 1
        }
        return false
    }

    /// The last line of what begins at a line: all that is indented further, and the marks that close it.
    private func end(of line: Int, _ kind: Entry.Kind) -> Int {
        let indent = lines.indents[line]
        var last = line
        // Until a body has begun, a brace at the same depth begins it.
        var isOpen = lines.content(line).last != UInt8(ascii: "{")
        var isForeign = false
        for next in (line + 1)..<max(line + 1, lines.count) {
            switch lines.roles[next] {
            case .blank: continue
            case .inner:
                if !isForeign { last = next }
                continue
            case .comment:
                isForeign = lines.indents[next] <= indent
                if !isForeign { last = next }
                continue
            case .code: break
            }
            isForeign = false
            if lines.indents[next] > indent {
                last = next
                if lines.content(next).last == UInt8(ascii: "{") { isOpen = false }
                continue
            }
            let content = lines.content(next)
            if style.family == .cLike, content.first == UInt8(ascii: "#") { continue }
            guard lines.indents[next] == indent else { return last }
            if isOpen, content.first == UInt8(ascii: "{") {
                last = next
                isOpen = false
            } else if closes(content) {
                last = next
                guard Self.opens(content) else { return last }
            } else if kind == .type, style.family == .cLike, content.last == UInt8(ascii: ":"), content.count < 24 {
                continue
            } else {
                return last
            }
        }
        return last
    }

    private func closes(_ content: ArraySlice<UInt8>) -> Bool {
        if let first = content.first, "})]".utf8.contains(first) { return true }
        guard style.family != .python, style.family != .cLike else { return false }
        return content.starts(with: "end".utf8)
            && (content.count == 3 || !(content.dropFirst(3).first?.isWord ?? false))
    }

    private static func opens(_ content: ArraySlice<UInt8>) -> Bool {
        guard let last = content.last else { return false }
        return "{([:=>,".utf8.contains(last)
    }

    // MARK: - What it says of itself

    /// Comments and attributes above, the lines up to the body, and the docstring or comments with which that begins.
    private func head(from start: Int, _ line: Int, to last: Int) -> String {
        var wanted = Array(start...line)
        var next = line
        while next < last, next - line < 10, !Self.beginsBody(lines.content(next)) {
            next += 1
            if lines.roles[next] == .code { wanted.append(next) }
        }
        next += 1
        var isInText = false
        while next <= last {
            let role = lines.roles[next]
            if role == .comment || (role == .inner && (isInText || lines.roles[max(0, next - 1)] != .code)) {
                wanted.append(next)
            } else if role == .code, !isInText, style.family == .python, Self.isText(lines.content(next)) {
                wanted.append(next)
                isInText = true
            } else if role != .blank {
                break
            }
            next += 1
        }
        return wanted.map { lines.text($0) }.joined(separator: "\n")
    }

    private static func beginsBody(_ content: ArraySlice<UInt8>) -> Bool {
        guard let last = content.last else { return false }
        return "{:>".utf8.contains(last) || content.suffix(3).elementsEqual(" do".utf8) || last == UInt8(ascii: "|")
    }

    private static func isText(_ content: ArraySlice<UInt8>) -> Bool {
        let bare = content.drop { "rRuUbB".utf8.contains($0) }
        return content.count - bare.count <= 2 && (bare.first == 34 || bare.first == 39)
    }
}

/// Tells a function that is a test by what frameworks go by.
enum TestMarks {
    static func isTest(_ name: String, head: String, language: String) -> Bool {
        switch language {
        case "go": return ["Test", "Fuzz", "Example"].contains { name.hasPrefix($0) }
        case "python", "ruby": return name.hasPrefix("test")
        case "rust": return hasMark(head)
        default: return name.hasPrefix("test") || name.hasPrefix("Test") || hasMark(head)
        }
    }

    private static let marks = [
        "@Test", "@test", "@ParameterizedTest", "@RepeatedTest", "@TestFactory", "@Property", "#[test", "::test",
        "#[rstest", "#[Test", "[Fact", "[Theory", "[Test", "#[proptest", "#[quickcheck",
    ]

    private static func hasMark(_ head: String) -> Bool {
        head.split(separator: "\n").contains { line in
            let bare = line.drop { " \t*/".contains($0) }
            guard let first = bare.first, "@#[".contains(first) else { return false }
            return marks.contains { bare.contains($0) }
        }
    }
}
