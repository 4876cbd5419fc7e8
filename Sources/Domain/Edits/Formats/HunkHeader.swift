/// A line `@@ -1,2 +3,4 @@ rest`, with whatever of it is there.
struct HunkHeader {
    var oldStart: Int?
    var oldCount: Int?
    var newCount: Int?
    /// What a line without numbers says.
    var words = ""

    init?(_ line: [UInt8]) {
        guard line.starts(with: "@@".utf8) else { return nil }
        let text = PatchText.trim(line.dropFirst(2))
        let parts = text.split(separator: " ", maxSplits: 2)
        if parts.count >= 2, let old = Self.span(parts[0], "-"), let new = Self.span(parts[1], "+") {
            oldStart = old.start
            oldCount = old.count
            newCount = new.count
        } else {
            words = text.hasSuffix("@@") ? PatchText.trim(text.dropLast(2).utf8) : text
            if words == "..." || words.hasPrefix("-") { words = "" }
        }
    }

    private static func span(_ text: Substring, _ sign: Character) -> (start: Int, count: Int)? {
        guard text.first == sign else { return nil }
        let numbers = text.dropFirst().split(separator: ",", omittingEmptySubsequences: false)
        guard let start = numbers.first.flatMap({ Int($0) }), (0...100_000_000).contains(start) else { return nil }
        guard numbers.count > 1 else { return (start, 1) }
        guard let count = Int(numbers[1]), (0...100_000_000).contains(count) else { return nil }
        return (start, count)
    }
}
