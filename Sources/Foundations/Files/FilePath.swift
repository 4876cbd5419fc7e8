/// A path as text: joined, taken apart and compared without touching the disk.
///
/// Repeated and trailing slashes are dropped on the way in and the empty text is `.`; nothing else changes until
/// ``normalized()`` is asked for. Two paths are equal when their UTF-8 bytes are.
package struct FilePath: Sendable {
    package let string: String

    package init(_ string: String) {
        let components = string.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        self.init(isAbsolute: string.utf8.first == UInt8(ascii: "/"), components: components)
    }

    private init(isAbsolute: Bool, components: [String]) {
        let joined = components.joined(separator: "/")
        string = isAbsolute ? "/" + joined : (joined.isEmpty ? "." : joined)
    }

    package var isAbsolute: Bool { string.utf8.first == UInt8(ascii: "/") }

    /// The names between the slashes, without the root; `.` has the one component `.`.
    package var components: [String] {
        string.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
    }

    /// The last component, empty for the root.
    package var name: String { components.last ?? "" }

    /// The name without its extension: `archive.tar` of `archive.tar.gz`, all of `.profile`.
    package var stem: String {
        let name = name
        guard let dot = Self.extensionDot(in: name) else { return name }
        return String(name[..<dot])
    }

    /// What follows the last dot of the name, or nil when there is none: `gz` of `archive.tar.gz`.
    package var `extension`: String? {
        let name = name
        guard let dot = Self.extensionDot(in: name) else { return nil }
        return String(name[name.index(after: dot)...])
    }

    /// The directory that holds this path, lexically: `.` for a bare name, `/` for the root.
    package var parent: FilePath {
        let components = components
        if !isAbsolute, components == ["."] { return ".." }
        if components.last == ".." { return appending("..") }
        return FilePath(isAbsolute: isAbsolute, components: components.dropLast())
    }

    /// The path below this one; a leading slash of `other` is ignored, so the result never leaves by being absolute.
    ///
    /// It may still leave through `..`: use ``isInside(_:)`` or `FileSystem.realPathInside` for what others wrote.
    package func appending(_ other: String) -> FilePath {
        appending(FilePath(other))
    }

    /// The path below this one, see ``appending(_:)-(String)``.
    package func appending(_ other: FilePath) -> FilePath {
        let head = string == "." ? [] : components
        let tail = other.string == "." ? [] : other.components
        return FilePath(isAbsolute: isAbsolute, components: head + tail)
    }

    /// This path if it is absolute, else the path below `base`.
    package func resolved(from base: FilePath) -> FilePath {
        isAbsolute ? self : base.appending(self)
    }

    /// The path with `.` and `..` worked out from the text alone, never above the root; symlinks are not looked at.
    package func normalized() -> FilePath {
        var kept: [String] = []
        for component in components where component != "." {
            if component != ".." {
                kept.append(component)
            } else if let last = kept.last, last != ".." {
                kept.removeLast()
            } else if !isAbsolute {
                kept.append(component)
            }
        }
        return FilePath(isAbsolute: isAbsolute, components: kept)
    }

    /// Whether this path is `root` or below it, both normalized; an absolute path is never inside a relative one.
    package func isInside(_ root: FilePath) -> Bool {
        relative(to: root) != nil
    }

    /// The way from `root` down to this path, `.` for `root` itself, or nil when this path is not inside `root`.
    package func relative(to root: FilePath) -> String? {
        guard isAbsolute == root.isAbsolute else { return nil }
        let path = normalized().components.filter { $0 != "." }
        let start = root.normalized().components.filter { $0 != "." }
        guard path.count >= start.count, zip(path, start).allSatisfy({ FilePath.sameBytes($0, $1) }) else {
            return nil
        }
        let rest = path.dropFirst(start.count)
        // From `root` upwards is not inside, even where both are relative.
        guard rest.first != ".." else { return nil }
        return FilePath(isAbsolute: false, components: Array(rest)).string
    }

    /// The path below `base`, see ``appending(_:)-(String)``.
    package static func / (base: FilePath, other: String) -> FilePath {
        base.appending(other)
    }

    private static func extensionDot(in name: String) -> String.Index? {
        guard name != "..", let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        return name.index(after: dot) == name.endIndex ? nil : dot
    }

    private static func sameBytes(_ a: String, _ b: String) -> Bool {
        a.utf8.elementsEqual(b.utf8)
    }
}

extension FilePath: Hashable, Comparable {
    // `String` compares by canonical equivalence, the file system by bytes.
    package static func == (a: FilePath, b: FilePath) -> Bool {
        sameBytes(a.string, b.string)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in string.utf8 { hasher.combine(byte) }
    }

    /// Orders by components, so a directory comes directly before what is in it.
    package static func < (a: FilePath, b: FilePath) -> Bool {
        guard a.isAbsolute == b.isAbsolute else { return a.isAbsolute }
        for (one, other) in zip(a.components, b.components) where !sameBytes(one, other) {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return a.components.count < b.components.count
    }
}

extension FilePath: CustomStringConvertible, ExpressibleByStringLiteral {
    package var description: String { string }

    package init(stringLiteral value: String) {
        self.init(value)
    }
}

/// Coded as a plain string.
extension FilePath: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}
