/// Finds the path in a line that a model wrote above a block.
enum PathLine {
    /// - Parameter insists: takes a line with spaces too where it ends like a file's name.
    static func read(_ line: String, insists: Bool) -> String? {
        var text = PatchText.trim(line.utf8)
        while let first = text.utf8.first, [UInt8(ascii: "#"), 32, UInt8(ascii: "*")].contains(first) {
            text = String(text.dropFirst())
        }
        for label in ["File:", "file:", "Path:", "path:", "Filename:", "filename:"] where text.hasPrefix(label) {
            text = PatchText.trim(text.dropFirst(label.count).utf8)
        }
        while let last = text.utf8.last, [UInt8(ascii: ":"), UInt8(ascii: "*"), 32].contains(last) {
            text = String(text.dropLast())
        }
        if let quoted = unquoted(text) { return quoted }
        guard !text.isEmpty, text.utf8.count < 1024 else { return nil }
        guard text.contains(" ") else { return text }
        let end = text.split(separator: "/").last ?? ""
        let dot = end.lastIndex(of: ".")
        let isName = dot.map { end[$0...].count > 1 && !end[$0...].contains(" ") } ?? false
        return insists && isName ? text : nil
    }

    /// `path`, `lang path` or `lang:path` after a fence's marks.
    static func inFence(_ info: String) -> String? {
        let parts = info.split { $0 == " " || $0 == ":" }.map(String.init)
        for part in parts.reversed() {
            let word = part.hasPrefix("title=") || part.hasPrefix("path=") ? part.split(separator: "=").last : part[...]
            let name = String((word ?? "").filter { $0 != "\"" && $0 != "'" })
            if name.contains("/") || name.contains(".") { return name }
        }
        return nil
    }

    private static func unquoted(_ text: String) -> String? {
        for quote in ["`", "\"", "'"] where text.hasPrefix(quote) && text.hasSuffix(quote) && text.count > 2 {
            return String(text.dropFirst().dropLast())
        }
        return nil
    }
}
