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
            search(query.location.relative, for: regex, upTo: query.limit, in: context, into: &found)
            return found
        }
        let prefix = query.location.relative == "." ? "" : "\(query.location.relative)/"
        var walk = FileWalk(root: context.root, from: query.location.relative, ignored: query.ignored)
        while found.count < query.limit, let path = try walk.next() {
            guard query.glob?.matches(String(path.dropFirst(prefix.count))) ?? true else { continue }
            if case .deny = context.paths.decide(path, for: .read) { continue }
            search(path, for: regex, upTo: query.limit, in: context, into: &found)
        }
        return found
    }

    private func search(
        _ path: String, for regex: Regex<AnyRegexOutput>, upTo limit: Int, in context: ToolContext,
        into found: inout [SearchMatch]
    ) {
        // Binary, huge and vanished files hold nothing to find.
        guard let text = try? FileSystem.readText(context.root.appending(path), limit: Self.largestFile) else { return }
        for (number, line) in TextFileLines.split(text).enumerated() {
            guard found.count < limit else { return }
            if line.contains(regex) { found.append(SearchMatch(path: path, line: number + 1, text: String(line))) }
        }
    }
}
