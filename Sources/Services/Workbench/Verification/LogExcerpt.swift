/// Picks from a check's output what tells why it failed.
package enum LogExcerpt {
    /// At most `limit` bytes of a failed check's output: the lines around failures and the summary at the end.
    package static func ofFailure(_ output: String, limit: Int = 4096) -> String {
        let lines = strippedOfColour(output).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let text = lines.joined(separator: "\n").trimmingNewlines
        guard text.utf8.count > limit else { return text }
        var kept = Set<Int>()
        // Every shape ends with a summary.
        let summary = max(0, lines.count - 12)..<lines.count
        var room = limit - lines[summary].reduce(0) { $0 + min($1.utf8.count, longestLine) + 1 } - 64
        kept.formUnion(summary)
        for (index, line) in lines.enumerated() where tellsFailure(line) {
            for near in max(0, index - 1)...min(lines.count - 1, index + 6) where !kept.contains(near) {
                let size = min(lines[near].utf8.count, longestLine) + 1
                guard size <= room else { return assembled(lines, kept, limit) }
                room -= size
                kept.insert(near)
            }
        }
        guard kept.count > summary.count else { return OutputTrimmer.suffix(of: text, limit) }
        return assembled(lines, kept, limit)
    }

    /// The last lines of a passed check's output, where the summary stands.
    package static func ofSuccess(_ output: String, limit: Int = 1024) -> String {
        OutputTrimmer.suffix(of: strippedOfColour(output).trimmingNewlines, limit)
    }

    private static let longestLine = 400

    private static func assembled(_ lines: [String], _ kept: Set<Int>, _ limit: Int) -> String {
        var result: [String] = []
        var last = -1
        for index in kept.sorted() {
            if index > last + 1 { result.append("[…]") }
            let line = lines[index]
            result.append(line.utf8.count > longestLine ? OutputTrimmer.prefix(of: line, longestLine) + " […]" : line)
            last = index
        }
        return OutputTrimmer.suffix(of: result.joined(separator: "\n").trimmingNewlines, limit)
    }

    /// The marks of pytest, unittest, Swift Testing, XCTest, go, cargo, jest, node, Maven, compilers and linkers.
    private static func tellsFailure(_ line: String) -> Bool {
        beginnings.contains { line.hasPrefix($0) } || middles.contains { line.contains($0) }
    }

    private static let beginnings = [
        "E   ", "FAILED ", "ERROR ", "FAIL:", "ERROR:", "FAIL\t", "FAIL ", "--- FAIL",
        "Traceback (most recent call last)",
        "✘ ", "not ok ", "panicked at", "thread '", "[ERROR]", "error:", "error[", "Error:", "fatal error",
        "AssertionError", "panic:", "  ● ", "undefined reference",
    ]
    private static let middles = [
        ": error: ", " error: ", "error TS", "✘ ", "✗ ", "✕ ", "recorded an issue", "Expectation failed", "<<< FAIL",
        "<<< ERROR", "--- FAIL:", "' panicked at ", "Error: ", "Exception: ", "Exception in thread", "Fatal error:",
        "ModuleNotFoundError", "SyntaxError", "Segmentation fault",
    ]

    /// Without terminal colours, cursor movements and lines that were overwritten by a carriage return.
    package static func strippedOfColour(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars.makeIterator()
        var lineStart = result.endIndex
        var pendingReturn = false
        while let scalar = scalars.next() {
            if scalar == "\u{1b}" {
                skipEscape(&scalars)
                continue
            }
            if scalar == "\r" {
                pendingReturn = true
                continue
            }
            if pendingReturn {
                pendingReturn = false
                if scalar != "\n" { result.removeSubrange(lineStart...) }
            }
            guard scalar.value >= 32 || scalar == "\n" || scalar == "\t" else { continue }
            result.append(scalar)
            if scalar == "\n" { lineStart = result.endIndex }
        }
        return String(result)
    }

    private static func skipEscape(_ scalars: inout String.UnicodeScalarView.Iterator) {
        guard let kind = scalars.next() else { return }
        switch kind {
        case "[":
            while let scalar = scalars.next(), !(0x40...0x7E).contains(scalar.value) {}
        case "]":
            while let scalar = scalars.next(), scalar != "\u{7}", scalar != "\u{1b}" {}
        default: break
        }
    }
}
