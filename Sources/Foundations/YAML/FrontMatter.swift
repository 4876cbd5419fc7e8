/// The YAML between two lines of `---` at the head of a Markdown file.
package enum FrontMatter {
    /// Splits a file into its front matter, nil where it has none, and the text behind it with the line that begins on.
    ///
    /// Marks in the front matter, and in its errors, are lines of the whole file. The body is left as it is.
    package static func split(_ text: String) throws(YAMLError) -> (yaml: YAMLNode?, body: String, bodyLine: Int) {
        var lines = Lines(text)
        guard lines.next().map(isFence) == true else { return (nil, text, 1) }
        // The first line becomes a comment, so that lines are counted from the top of the file.
        var header = "#\n"
        while let line = lines.next() {
            if isFence(line) { return (try YAMLNode.parse(header), String(lines.rest), lines.count + 1) }
            header += line
        }
        throw YAMLError(line: 1, column: 1, message: "the front matter is not ended by a line of ---")
    }

    private static func isFence(_ line: Substring) -> Bool {
        line.hasPrefix("---") && line.dropFirst(3).allSatisfy(\.isWhitespace)
    }

    /// Lines with their ends; only LF ends one, as in YAML and in Markdown.
    private struct Lines {
        private(set) var rest: Substring
        private(set) var count = 0

        init(_ text: String) {
            rest = text[...]
            if rest.unicodeScalars.first == "\u{FEFF}" { rest.unicodeScalars.removeFirst() }
        }

        mutating func next() -> Substring? {
            guard !rest.isEmpty else { return nil }
            count += 1
            let end = rest.utf8.firstIndex(of: 0x0A).map { rest.utf8.index(after: $0) } ?? rest.endIndex
            defer { rest = rest[end...] }
            return rest[..<end]
        }
    }
}
