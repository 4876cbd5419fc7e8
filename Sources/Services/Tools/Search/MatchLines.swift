import Files

/// Matches as lines of text, with the lines around them: `path:line: text` for a match, `path-line- text` for what
/// surrounds it, `--` between parts of a file that do not touch.
struct MatchLines {
    private static let longestLine = 300
    private static let largestFile = 2 << 20

    var root: FilePath
    /// How many lines before and after a match are shown.
    var context: Int

    /// Matches must come by file and line.
    func text(of matches: ArraySlice<SearchMatch>) -> String {
        guard context > 0 else { return matches.map(Self.line).joined(separator: "\n") }
        var parts: [String] = []
        var rest = matches
        while let path = rest.first?.path {
            let file = rest.prefix { $0.path == path }
            rest = rest.dropFirst(file.count)
            parts += groups(of: file, in: path)
        }
        return parts.joined(separator: "\n--\n")
    }

    private func groups(of matches: ArraySlice<SearchMatch>, in path: String) -> [String] {
        // A file that changed or vanished since it was searched has its matches, without what stood around them.
        guard let text = try? FileSystem.readText(root.appending(path), limit: Self.largestFile) else {
            return [matches.map(Self.line).joined(separator: "\n")]
        }
        let lines = TextFileLines.split(text)
        let found = Dictionary(matches.map { ($0.line, $0) }, uniquingKeysWith: { first, _ in first })
        var groups: [[String]] = []
        var shown = 0
        for match in matches {
            let first = max(match.line - context, 1)
            if groups.isEmpty || first > shown + 1 { groups.append([]) }
            for number in max(first, shown + 1)...max(match.line + context, shown + 1) {
                if let match = found[number] {
                    groups[groups.count - 1].append(Self.line(match))
                } else if number <= lines.count {
                    let text = lines[lines.startIndex + number - 1].prefix(Self.longestLine)
                    groups[groups.count - 1].append("\(path)-\(number)- \(text)")
                }
            }
            shown = max(shown, match.line + context)
        }
        return groups.map { $0.joined(separator: "\n") }
    }

    private static func line(_ match: SearchMatch) -> String {
        "\(match.path):\(match.line): \(match.text.prefix(longestLine))"
    }
}
