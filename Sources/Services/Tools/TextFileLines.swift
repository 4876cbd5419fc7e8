/// A file's lines as people count them, whatever ends them.
///
/// To Swift a carriage return with its line feed is one character, which a split at line feeds would pass over.
enum TextFileLines {
    /// The lines without their ends; a line feed at the end of the text begins no further line.
    static func split(_ text: String) -> [Substring] {
        let feed = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        var lines = text.utf8.split(separator: feed, omittingEmptySubsequences: false).map { line in
            Substring(line.last == carriageReturn ? line.dropLast() : line)
        }
        if text.utf8.last == feed || text.isEmpty { lines.removeLast() }
        return lines
    }
}
