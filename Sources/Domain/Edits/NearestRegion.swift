/// Finds the lines of a text that look most like a block which is not in it.
enum NearestRegion {
    /// A line that stands in more places than this says nothing about where the block belongs.
    private static let mostPlaces = 50

    /// Line indices, as many as the block has where the text goes on long enough; nil when nothing is alike.
    static func find(_ block: TextLines, in text: TextLines) -> Range<Int>? {
        guard block.hasText, text.count > 0 else { return nil }
        guard let start = startByEqualLines(block, text) ?? startByWords(block, text) else { return nil }
        let first = max(0, min(start, text.count - 1))
        return first..<min(text.count, max(first + 1, start + block.count))
    }

    /// Every equal line votes for where the block would start, weighing more the longer it is.
    private static func startByEqualLines(_ block: TextLines, _ text: TextLines) -> Int? {
        var places: [ArraySlice<UInt8>: [Int]] = [:]
        for line in 0..<block.count where block.bare(line).count > 1 { places[block.bare(line)] = [] }
        for line in 0..<text.count {
            let key = text.bare(line)
            if let count = places[key]?.count, count <= mostPlaces { places[key]?.append(line) }
        }
        var votes: [Int: Int] = [:]
        for line in 0..<block.count {
            let key = block.bare(line)
            guard let found = places[key], found.count <= mostPlaces else { continue }
            for place in found { votes[place - line, default: 0] += min(key.count, 80) }
        }
        return votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
    }

    /// Without equal lines: the line sharing most words with the block's most telling line.
    private static func startByWords(_ block: TextLines, _ text: TextLines) -> Int? {
        let wordsOfLines = (0..<min(block.count, 200)).map { words(block.bare($0)) }
        guard let anchor = wordsOfLines.indices.max(by: { wordsOfLines[$0].count < wordsOfLines[$1].count }) else {
            return nil
        }
        let wanted = wordsOfLines[anchor]
        var best = (line: 0, score: 0.0)
        for line in 0..<min(text.count, 10_000) {
            let there = words(text.bare(line))
            guard !there.isEmpty else { continue }
            let score = 2 * Double(wanted.intersection(there).count) / Double(wanted.count + there.count)
            if score > best.score { best = (line, score) }
        }
        return best.score >= 0.3 ? best.line - anchor : nil
    }

    private static func words(_ line: ArraySlice<UInt8>) -> Set<ArraySlice<UInt8>> {
        let isPart = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
                || byte >= 128
        }
        return Set(line.prefix(400).split { !isPart($0) })
    }
}
