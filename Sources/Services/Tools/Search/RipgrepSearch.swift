import Files
import JSON
import Policy
import Subprocess

/// Searches with ripgrep, which honours ignore files and is fast on large trees.
struct RipgrepSearch {
    var program: FilePath

    func matches(of query: SearchQuery, in context: ToolContext) async throws -> [SearchMatch] {
        var arguments = [
            "--json", "--hidden", "--no-config", "--crlf", "--no-follow", "--max-columns", "2000", "--max-filesize",
            "2M", "--no-require-git", "--no-ignore-global", "--no-ignore-exclude", "--no-ignore-parent",
        ]
        if query.ignored == .walked { arguments.append("--no-ignore") }
        arguments += ["--max-count", "\(query.limit)", "--sort", "path"]
        for folder in FileWalk.skipped.sorted() { arguments += ["--glob", "!\(folder)/"] }
        arguments += ["--regexp", query.pattern, "--", query.location.relative]
        let command = Command(
            program.string, arguments, environment: ["PATH": context.searchPath, "LC_ALL": "C.UTF-8"],
            directory: context.root, limits: .init(time: .seconds(30), output: 8 << 20, grace: .seconds(1)))
        let result = try await command.run()
        guard case .exited(let code) = result.status, code <= 1 || !result.stdout.bytes.isEmpty else {
            throw ToolFault(Self.complaint(in: result.stderr.text))
        }
        let prefix = query.location.relative == "." ? "" : "\(query.location.relative)/"
        let found = result.stdout.text.split(separator: "\n").compactMap { line -> SearchMatch? in
            guard let match = Self.match(from: line) else { return nil }
            if case .deny = context.paths.decide(match.path, for: .read) { return nil }
            let below = match.path.hasPrefix(prefix) ? String(match.path.dropFirst(prefix.count)) : match.path
            return query.glob?.matches(below) ?? true ? match : nil
        }
        return Self.withoutIgnored(found, query, in: context)
    }

    /// ripgrep is told to pass over ignore files above the place it searches, since those above the workspace have no say;
    /// what those between the workspace's top folder and the place say is asked here.
    private static func withoutIgnored(_ found: [SearchMatch], _ query: SearchQuery, in context: ToolContext)
        -> [SearchMatch]
    {
        let place = query.location.relative
        guard query.ignored == .skipped, place != ".", FileSystem.isDirectory(query.location.path) else { return found }
        var verdicts: [String: Bool] = [:]
        return found.filter { match in
            if let known = verdicts[match.path] { return !known }
            let isIgnored = IgnoreRules.ignoreFile(match.path, below: place, in: context.root)
            verdicts[match.path] = isIgnored
            return !isIgnored
        }
    }

    /// What ripgrep says, of which an invalid pattern takes several lines.
    private static func complaint(in text: String) -> String {
        let lines = text.split(separator: "\n").map { $0.hasPrefix("rg: ") ? $0.dropFirst(4) : $0 }
        return lines.isEmpty ? "ripgrep failed without a word" : lines.prefix(6).joined(separator: "\n")
    }

    /// Other records of ripgrep's output, and one that was cut at the output limit, hold no match.
    private static func match(from line: Substring) -> SearchMatch? {
        guard let record = try? JSONValue(parsing: String(line)), record["type"]?.stringValue == "match",
            let data = record["data"], let path = data["path"]?["text"]?.stringValue,
            let number = data["line_number"]?.intValue, let text = data["lines"]?["text"]?.stringValue
        else { return nil }
        let clean = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return SearchMatch(path: clean, line: number, text: String(text.prefix { !$0.isNewline }))
    }
}
