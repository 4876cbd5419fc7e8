/// A model's text cut into lines, with the questions that all formats ask of them.
struct PatchText {
    /// Without line feeds; also without carriage returns where the text was sent with CRLF throughout.
    let lines: [[UInt8]]

    init(_ text: String) {
        let raw = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
        var lines = raw
        if lines.last?.isEmpty == true { lines.removeLast() }
        // Where a marker of the format itself ends in a carriage return, so do all lines.
        let isMarker = { (line: [UInt8]) in
            ["@@", "--- ", "*** ", "<<<<<", "diff --git"].contains { line.starts(with: $0.utf8) }
        }
        let markers = lines.filter(isMarker)
        if markers.isEmpty ? lines.first?.last == 13 : markers.allSatisfy({ $0.last == 13 }) {
            lines = lines.map { $0.last == 13 ? Array($0.dropLast()) : $0 }
        }
        self.lines = lines
    }

    var count: Int { lines.count }

    func text(_ line: Int) -> String { String(decoding: lines[line], as: UTF8.self) }

    func starts(_ line: Int, with prefix: String) -> Bool {
        line < lines.count && lines[line].starts(with: prefix.utf8)
    }

    /// The rest of a line after a prefix, without white space around it.
    func rest(_ line: Int, after prefix: String) -> String? {
        guard starts(line, with: prefix) else { return nil }
        return Self.trim(lines[line].dropFirst(prefix.utf8.count))
    }

    func isBlank(_ line: Int) -> Bool { lines[line].allSatisfy(TextLines.isSpace) }

    /// The code fence that a line is: its mark, its length and what follows.
    func fence(_ line: Int) -> Fence? {
        let bare = lines[line].drop { $0 == 32 }
        guard let mark = bare.first, mark == 96 || mark == 126 else { return nil }
        let length = bare.prefix { $0 == mark }.count
        let info = Self.trim(bare.dropFirst(length))
        guard length >= 3, !info.utf8.contains(96) else { return nil }
        return Fence(mark: mark, length: length, info: info)
    }

    struct Fence: Equatable {
        var mark: UInt8
        var length: Int
        var info: String
    }

    static func trim(_ bytes: some Sequence<UInt8>) -> String {
        var result = Array(bytes.drop { TextLines.isSpace($0) })
        while let last = result.last, TextLines.isSpace(last) { result.removeLast() }
        return String(decoding: result, as: UTF8.self)
    }

    /// Lines joined again, each with a line feed.
    static func joined(_ lines: some Sequence<[UInt8]>, endsWithBreak: Bool = true) -> [UInt8] {
        var result: [UInt8] = []
        for line in lines {
            result += line
            result.append(10)
        }
        if !endsWithBreak, !result.isEmpty { result.removeLast() }
        return result
    }
}
