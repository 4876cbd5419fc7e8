import Files
import Policy

/// The ignore files that hold at one place of the workspace: those of its folder and of every folder above, up to the
/// workspace's top folder and no further.
struct IgnoreRules: Sendable {
    /// An ignore file and the folder it lies in, as a prefix of paths: empty, or with a slash at its end.
    private struct FolderRules: Sendable {
        var prefix: String
        var file: IgnoreFile
    }

    /// Those that lie deeper come later.
    private var rules: [FolderRules] = []

    /// No rules at all.
    init() {}

    /// The rules that the folders above a folder have for it.
    init(above folder: String, in root: FilePath) {
        let names = folder == "." ? [] : folder.split(separator: "/")
        for depth in names.indices { enter(names[..<depth].joined(separator: "/"), in: root) }
    }

    /// Takes up the rules of a folder; `.ignore` is asked before `.gitignore`.
    mutating func enter(_ folder: String, in root: FilePath) {
        let path = folder.isEmpty ? root : root.appending(folder)
        for name in [".gitignore", ".ignore"] {
            // No such file is the common case; one that cannot be read has no rules.
            guard let text = try? FileSystem.readText(path / name, limit: 1 << 20) else { continue }
            let file = IgnoreFile(text)
            if !file.isEmpty { rules.append(FolderRules(prefix: folder.isEmpty ? "" : "\(folder)/", file: file)) }
        }
    }

    /// Whether an entry is ignored, given that none of the folders it lies in is; the deepest file with a word on it decides.
    func ignores(_ path: String, isFolder: Bool) -> Bool {
        for rule in rules.reversed() {
            let below = String(path.dropFirst(rule.prefix.count))
            if let verdict = rule.file.verdict(on: below, isFolder: isFolder) { return verdict == .ignored }
        }
        return false
    }

    /// Whether a file is ignored by itself or because a folder between `start` and it is.
    static func ignoreFile(_ path: String, below start: String, in root: FilePath) -> Bool {
        let names = path.split(separator: "/")
        let depth = start == "." ? 0 : start.split(separator: "/").count
        var rules = IgnoreRules(above: start, in: root)
        for index in min(depth, names.count - 1)..<names.count {
            rules.enter(names[..<index].joined(separator: "/"), in: root)
            let entry = names[...index].joined(separator: "/")
            if rules.ignores(entry, isFolder: index < names.count - 1) { return index >= depth }
        }
        return false
    }
}
