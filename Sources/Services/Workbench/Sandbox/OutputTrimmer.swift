/// Shortens a command's output to the lines at its beginning and its end.
enum OutputTrimmer {
    /// At most about `limit` bytes: a third from the beginning, the rest from the end, where failures are told.
    ///
    /// `omitted` bytes were already left out between `head` and `tail`; the text is whole where there are none.
    static func text(head: String, tail: String, omitted: Int, limit: Int) -> String {
        let whole = omitted == 0 ? head + tail : nil
        if let whole, whole.utf8.count <= limit { return whole }
        let first = prefix(of: whole ?? head, limit / 3)
        let last = suffix(of: whole ?? tail, limit - limit / 3)
        let total = head.utf8.count + tail.utf8.count + omitted
        let left = max(0, total - first.utf8.count - last.utf8.count)
        return first + (first.isEmpty || first.hasSuffix("\n") ? "" : "\n") + "[… \(left) bytes left out …]\n" + last
    }

    /// Whole lines from the beginning, or a part of a line that is too long.
    static func prefix(of text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let cut = scalarStart(text, text.utf8.index(text.utf8.startIndex, offsetBy: max(0, limit)))
        let piece = text[..<cut]
        guard let end = piece.lastIndex(where: \.isNewline), piece[..<end].utf8.count > limit / 2 else {
            return String(piece)
        }
        return String(piece[...end])
    }

    /// Whole lines up to the end, or a part of a line that is too long.
    static func suffix(of text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let cut = scalarStart(text, text.utf8.index(text.utf8.endIndex, offsetBy: -max(0, limit)))
        let piece = text[cut...]
        guard let start = piece.firstIndex(where: \.isNewline), piece[start...].utf8.count > limit / 2 else {
            return String(piece)
        }
        return String(piece[piece.index(after: start)...])
    }

    private static func scalarStart(_ text: String, _ index: String.Index) -> String.Index {
        index.samePosition(in: text.unicodeScalars)
            ?? text.unicodeScalars.index(after: text.unicodeScalars.index(before: index))
    }
}
