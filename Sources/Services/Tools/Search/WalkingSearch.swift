import Files
import Policy
import _StringProcessing

/// Searches file by file in this process, where ripgrep is not installed.
struct WalkingSearch {
    private static let largestFile = 2 << 20

    @concurrent
    func matches(of query: SearchQuery, in context: ToolContext) async throws -> [SearchMatch] {
        let regex: Regex<AnyRegexOutput>
        do {
            regex = try Regex(query.pattern).matchingSemantics(.unicodeScalar)
        } catch {
            throw ToolFault("the pattern is no regular expression: \(error)")
        }
        var found: [SearchMatch] = []
        if !FileSystem.isDirectory(query.location.path) {
            search(query.location.path, as: query.location.relative, for: regex, into: &found)
            return found
        }
        let prefix = query.location.relative == "." ? "" : "\(query.location.relative)/"
        var walk = FileWalk(root: query.location.path)
        while found.count <= SearchTool.mostMatches, let path = try walk.next() {
            guard query.glob?.matches(path) ?? true else { continue }
            if case .deny = context.paths.decide(prefix + path, for: .read) { continue }
            search(query.location.path.appending(path), as: prefix + path, for: regex, into: &found)
        }
        return found
    }

    private func search(
        _ file: FilePath, as name: String, for regex: Regex<AnyRegexOutput>, into found: inout [SearchMatch]
    ) {
        // Binary, huge and vanished files hold nothing to find.
        guard let text = try? FileSystem.readText(file, limit: Self.largestFile) else { return }
        for (number, line) in TextFileLines.split(text).enumerated() {
            guard found.count <= SearchTool.mostMatches else { return }
            if line.contains(regex) { found.append(SearchMatch(path: name, line: number + 1, text: String(line))) }
        }
    }
}
