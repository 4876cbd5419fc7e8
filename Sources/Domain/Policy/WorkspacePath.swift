/// Turns a path that a model sent into the one way to write it, relative to the workspace.
package enum WorkspacePath {
    package enum Reading: Sendable, Hashable {
        /// Without `.`, doubled slashes and a slash at either end.
        case path(String)
        case refused(String)
    }

    package static func read(_ text: String) -> Reading {
        guard !text.isEmpty else { return .refused("the path is empty") }
        guard text.utf8.count <= 4096 else { return .refused("the path is longer than 4096 bytes") }
        guard !text.unicodeScalars.contains(where: isTreacherous) else {
            return .refused("the path holds control or invisible characters")
        }
        guard !text.hasPrefix("/"), !text.hasPrefix("~") else {
            return .refused("the path is not relative to the workspace")
        }
        var names: [Substring] = []
        for name in text.split(separator: "/") where name != "." {
            guard name != ".." else { return .refused("the path leads upwards with ..") }
            names.append(name)
        }
        guard !names.isEmpty else { return .path(".") }
        return .path(names.joined(separator: "/"))
    }

    /// Characters that file systems or eyes overlook, and that would let one name pass for another.
    private static func isTreacherous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<32, 127..<160, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
