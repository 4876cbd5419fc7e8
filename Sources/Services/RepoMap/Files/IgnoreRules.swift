import Policy

/// The `.gitignore` files above and in a folder, as far as a map outside of a repository needs them.
///
/// The last matching pattern wins, `!` takes a path in again, a slash before the end ties a pattern to its folder and
/// one at the end to folders. Escapes are not understood.
struct IgnoreRules: Sendable {
    private struct Rule: Sendable {
        var glob: Glob
        var isNegated: Bool
        var isForFolders: Bool
    }

    private var rules: [Rule] = []

    /// Adds the lines of the file in `folder`, which is a path below the root or empty for the root.
    mutating func add(_ text: String, in folder: String) {
        let base = folder.isEmpty ? "" : folder + "/"
        for line in text.split(whereSeparator: \.isNewline) {
            var pattern = String(line)
            while pattern.hasSuffix(" ") || pattern.hasSuffix("\t") { pattern.removeLast() }
            guard !pattern.isEmpty, !pattern.hasPrefix("#") else { continue }
            let isNegated = pattern.hasPrefix("!")
            if isNegated { pattern.removeFirst() }
            let isForFolders = pattern.hasSuffix("/")
            if isForFolders { pattern.removeLast() }
            let isAnchored = pattern.contains("/")
            if pattern.hasPrefix("/") { pattern.removeFirst() }
            guard !pattern.isEmpty else { continue }
            // A pattern without a slash would be looked for at every depth of the whole tree.
            let whole = isAnchored || !base.isEmpty ? base + (isAnchored ? "" : "**/") + pattern : pattern
            rules.append(
                Rule(
                    glob: Glob(isAnchored && base.isEmpty ? "/" + whole : whole), isNegated: isNegated,
                    isForFolders: isForFolders))
        }
    }

    func ignores(_ path: String, isFolder: Bool) -> Bool {
        guard !rules.isEmpty else { return false }
        let names = Glob.names(path)
        for rule in rules.reversed() where isFolder || !rule.isForFolders {
            if rule.glob.matches(names: names) { return !rule.isNegated }
        }
        return false
    }
}
