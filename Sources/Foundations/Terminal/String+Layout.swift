extension String {
    /// The terminal cells the text takes: wide characters and emoji 2, combining marks, controls and colours 0.
    package var displayWidth: Int { pieces.reduce(0) { $0 + $1.cells } }

    /// The text itself where it fits, else as much of it as fits with an ellipsis; colours are ended after the cut.
    package func truncated(toWidth width: Int) -> String {
        guard width > 0 else { return "" }
        guard displayWidth > width else { return self }
        var result = ""
        var used = 0
        var hasStyle = false
        for piece in pieces {
            if used + piece.cells > width - 1 { break }
            result += piece.text
            used += piece.cells
            hasStyle = hasStyle || piece.isStyle
        }
        return result + "…" + (hasStyle ? "\u{1B}[0m" : "")
    }

    /// The text with spaces behind it up to the width; text that is wider is left as it is.
    package func padded(toWidth width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - displayWidth))
    }

    /// The lines of the text, broken at spaces, or within words that are wider than a line.
    ///
    /// Newlines and the indentation of a paragraph's first line are kept. Colours are not repeated on the next line.
    package func wrapped(toWidth width: Int) -> [String] {
        split(omittingEmptySubsequences: false) { $0.isNewline }.flatMap { Self.wrap($0, width: Swift.max(1, width)) }
    }

    private static func wrap(_ paragraph: Substring, width: Int) -> [String] {
        let indentation = String(paragraph.prefix { $0 == " " })
        var lines: [String] = []
        var line = indentation.count < width ? indentation : ""
        var used = line.count
        var isFresh = true
        for word in paragraph.split(separator: " ") {
            let cells = String(word).displayWidth
            if !isFresh, used + 1 + cells > width {
                lines.append(line)
                (line, used, isFresh) = ("", 0, true)
            }
            if !isFresh {
                line += " "
                used += 1
            }
            for piece in String(word).pieces {
                if used + piece.cells > width, used > 0 {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
                line += piece.text
                used += piece.cells
            }
            isFresh = false
        }
        return lines + [line]
    }

    /// A character, or a whole sequence that sets colours (SGR).
    private struct Piece {
        let text: Substring
        let cells: Int
        let isStyle: Bool
    }

    private var pieces: some Sequence<Piece> {
        sequence(state: startIndex) { index -> Piece? in
            guard index < endIndex else { return nil }
            let start = index
            if let end = styleEnd(from: start) {
                index = end
                return Piece(text: self[start..<end], cells: 0, isStyle: true)
            }
            formIndex(after: &index)
            return Piece(text: self[start..<index], cells: self[start].cells, isStyle: false)
        }
    }

    /// The end of the SGR sequence that starts at `start`.
    private func styleEnd(from start: Index) -> Index? {
        guard self[start] == "\u{1B}" else { return nil }
        let bracket = index(after: start)
        guard bracket < endIndex, self[bracket] == "[" else { return nil }
        var end = index(after: bracket)
        while end < endIndex {
            if self[end] == "m" { return index(after: end) }
            guard self[end].isASCII, self[end].isNumber || self[end] == ";" || self[end] == ":" else { return nil }
            formIndex(after: &end)
        }
        return nil
    }
}
