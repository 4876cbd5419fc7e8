/// The rules of one `.gitignore` or `.ignore` file, for the files of its folder and below; pure.
///
/// As git has it: the last rule that matches decides, `!` takes back, a slash at the end means folders only, a slash at
/// the start or inside ties a rule to the file's own folder, and `#` begins a comment.
/// Source: gitignore(5).
package struct IgnoreFile: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable { case ignored, kept }

    private struct Rule: Sendable, Hashable {
        var glob: Glob
        var verdict: Verdict
        var isForFoldersOnly: Bool
    }

    private let rules: [Rule]

    package init(_ text: String) {
        rules = text.split(whereSeparator: \.isNewline).compactMap(Self.rule)
    }

    package var isEmpty: Bool { rules.isEmpty }

    /// What the file says of an entry, or nil where it says nothing.
    ///
    /// - Parameter path: Relative to the ignore file's folder. A walk that does not enter ignored folders need not ask for
    ///   what is in them.
    package func verdict(on path: String, isFolder: Bool) -> Verdict? {
        rules.last { (isFolder || !$0.isForFoldersOnly) && $0.glob.matches(path) }?.verdict
    }

    private static func rule(_ line: Substring) -> Rule? {
        var line = withoutTrailingSpaces(line)
        guard let first = line.first, first != "#" else { return nil }
        let isNegated = first == "!"
        if isNegated { line = line.dropFirst() }
        let isForFoldersOnly = line.hasSuffix("/")
        while line.hasSuffix("/") { line = line.dropLast() }
        guard !line.isEmpty else { return nil }
        return Rule(
            glob: Glob(String(line), braces: .literal), verdict: isNegated ? .kept : .ignored,
            isForFoldersOnly: isForFoldersOnly)
    }

    /// Spaces at the end do not count, unless the last one is escaped.
    private static func withoutTrailingSpaces(_ line: Substring) -> Substring {
        var line = line
        while line.last == " " || line.last == "\t", !line.dropLast().hasSuffix("\\") { line = line.dropLast() }
        return line
    }
}
