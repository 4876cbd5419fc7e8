/// A pattern for paths in the manner of `.gitignore`.
///
/// `**` stands for any number of folders, `*` and `?` stay within one name, `{a,b}` is either, `[a-z]` one of a set. A
/// pattern with a slash at its start or inside holds from the workspace's root, any other at every depth. What
/// matches a folder matches all that is in it; with a slash at its end it matches only that.
package struct Glob: Sendable, Hashable {
    package let pattern: String
    private let alternatives: [[Segment]]
    private let foldsCase: Bool

    private enum Segment: Sendable, Hashable {
        case name(WildcardPattern)
        case anyDepth
    }

    package enum Case: Sendable, Hashable { case sensitive, insensitive }

    /// Whether `{a,b}` is either, or stands for itself as in ignore files.
    package enum Braces: Sendable, Hashable { case alternatives, literal }

    package init(_ pattern: String, case: Case = .sensitive, braces: Braces = .alternatives) {
        self.pattern = pattern
        foldsCase = `case` == .insensitive
        let folded = foldsCase ? pattern.lowercased() : pattern
        alternatives = (braces == .literal ? [folded] : Self.expandBraces(folded)).map(Self.segments)
    }

    /// Whether a relative path without `.` and `..` matches.
    package func matches(_ path: String) -> Bool {
        matches(names: Self.names(path, foldsCase ? .insensitive : .sensitive))
    }

    /// The same for a path that was taken apart by ``names(_:_:)`` for this pattern's case.
    package func matches(names: [[Unicode.Scalar]]) -> Bool { alternatives.contains { Self.match($0, names) } }

    /// Takes a path apart once for many patterns.
    package static func names(_ path: String, _ case: Case = .sensitive) -> [[Unicode.Scalar]] {
        guard path.utf8.allSatisfy({ $0 < 0x80 }) else {
            let folded = `case` == .insensitive ? path.lowercased() : path
            return folded.split(separator: "/").map { Array($0.unicodeScalars) }
        }
        return path.utf8.split(separator: UInt8(ascii: "/")).map { name in
            name.map { byte in
                let isUpper = `case` == .insensitive && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                return Unicode.Scalar(isUpper ? byte + 32 : byte)
            }
        }
    }

    private static func segments(_ pattern: String) -> [Segment] {
        var parts = pattern.split(separator: "/", omittingEmptySubsequences: false)[...]
        let isFolder = parts.count > 1 && parts.last?.isEmpty == true
        if isFolder { parts.removeLast() }
        let isAnchored = parts.count > 1
        if parts.first?.isEmpty == true { parts.removeFirst() }
        var result: [Segment] = isAnchored ? [] : [.anyDepth]
        for part in parts where !part.isEmpty {
            result.append(part == "**" ? .anyDepth : .name(WildcardPattern(String(part))))
        }
        // "a/**" and "a/" mean what is in a; everything else means the thing and what is in it.
        if isFolder || parts.last == "**" { result.append(.name(WildcardPattern("*"))) }
        result.append(.anyDepth)
        return result
    }

    private static func match(_ segments: [Segment], _ names: [[Unicode.Scalar]]) -> Bool {
        var (segment, place) = (0, 0)
        var retry: (segment: Int, place: Int)?
        while place < names.count {
            if segment < segments.count, segments[segment] == .anyDepth {
                segment += 1
                retry = (segment, place)
            } else if segment < segments.count, case .name(let name) = segments[segment],
                name.matches(scalars: names[place])
            {
                segment += 1
                place += 1
            } else if let last = retry {
                retry = (last.segment, last.place + 1)
                (segment, place) = (last.segment, last.place + 1)
            } else {
                return false
            }
        }
        return segments[segment...].allSatisfy { $0 == .anyDepth }
    }

    /// More alternatives than this are read as plain text.
    private static let mostAlternatives = 256

    private static func expandBraces(_ pattern: String) -> [String] {
        var open = [pattern]
        var done: [String] = []
        while let next = open.popLast() {
            guard let (before, choices, after) = firstBraces(next) else {
                done.append(next)
                continue
            }
            open += choices.map { before + $0 + after }
            if open.count + done.count > mostAlternatives { return [pattern] }
        }
        return done
    }

    private static func firstBraces(_ text: String) -> (before: String, choices: [String], after: String)? {
        let characters = Array(text)
        for start in characters.indices where characters[start] == "{" {
            var depth = 0
            var choices = [""]
            for index in characters[start...].indices {
                let character = characters[index]
                if character == "{" { depth += 1 }
                if character == "}" { depth -= 1 }
                if depth == 0 {
                    guard choices.count > 1 else { break }
                    return (String(characters[..<start]), choices, String(characters[(index + 1)...]))
                }
                if index == start { continue }
                if character == ",", depth == 1 {
                    choices.append("")
                } else {
                    choices[choices.count - 1].append(character)
                }
            }
        }
        return nil
    }
}
