/// A template cut into plain text and tags.
struct TemplateTokens {
    enum Token: Equatable {
        case text(String)
        /// What stands between the braces, without the spaces around it.
        case tag(String, TemplatePlace)
    }

    private(set) var tokens: [Token] = []

    init(_ text: String, name: String) throws(TemplateError) {
        var line = 1
        for content in Self.lines(of: text) {
            try add(content, number: line, name: name)
            line += 1
        }
    }

    /// Cuts one line.
    ///
    /// Where it holds block tags and white space only, the tags are all that stays.
    private mutating func add(_ line: Substring, number: Int, name: String) throws(TemplateError) {
        var found: [Token] = []
        var rest = line
        var literal = ""
        while let start = rest.firstRange(of: "{{") {
            let before = rest[..<start.lowerBound]
            if before.last == "\\" {
                literal += before.dropLast() + "{{"
                rest = rest[start.upperBound...]
                continue
            }
            let place = TemplatePlace(
                line: number, column: line.distance(from: line.startIndex, to: start.lowerBound) + 1)
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                throw TemplateError(
                    .syntax, name, place, "{{ is not closed on its line; write \\{{ where braces are meant")
            }
            found += [.text(literal + before), .tag(Self.trimmed(rest[start.upperBound..<end.lowerBound]), place)]
            literal = ""
            rest = rest[end.upperBound...]
        }
        found.append(.text(literal + rest))
        let standsAlone = found.count > 1 && found.allSatisfy(Self.isBlockTagOrSpace)
        tokens += found.filter { token in
            if case .text(let text) = token { !standsAlone && !text.isEmpty } else { true }
        }
    }

    private static func isBlockTagOrSpace(_ token: Token) -> Bool {
        switch token {
        case .text(let text): text.allSatisfy(\.isWhitespace)
        case .tag(let tag, _): tag.hasPrefix("#") || tag.hasPrefix("/") || tag == "else"
        }
    }

    /// Lines with their ends; tags do not reach over them.
    private static func lines(of text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.startIndex
        while start < text.endIndex {
            let end = text.utf8[start...].firstIndex(of: 0x0A).map { text.utf8.index(after: $0) } ?? text.endIndex
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
