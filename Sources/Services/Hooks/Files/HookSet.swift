package import Files

/// The hooks that hold for a project: the user's own first, then the project's, where the user trusts them.
package struct HookSet: Sendable, Hashable {
    package var hooks: [Hook]
    /// The project's hooks as they stand, trusted or not; nil where it has no hooks file.
    package var project: ProjectHooks?

    package struct ProjectHooks: Sendable, Hashable {
        package var file: FilePath
        package var hash: String
        package var isTrusted: Bool
    }

    package init(hooks: [Hook] = [], project: ProjectHooks? = nil) {
        self.hooks = hooks
        self.project = project
    }

    /// Reads both files; those of a project that is not trusted are not even parsed.
    ///
    /// - Parameter userFile: The user's own hooks, which need not exist.
    package static func read(userFile: FilePath?, project: FilePath, home: FilePath) throws(HooksError) -> HookSet {
        var set = HookSet()
        if let userFile, FileSystem.exists(userFile) {
            set.hooks = try hooks(in: userFile, named: userFile.string, .user)
        }
        guard let hash = try HookTrust.hash(of: project) else { return set }
        let file = project / HookFile.projectFile
        let isTrusted = try HookTrust(home: home).isTrusted(hash, of: project)
        set.project = ProjectHooks(file: file, hash: hash, isTrusted: isTrusted)
        if isTrusted { set.hooks += try hooks(in: file, named: HookFile.projectFile, .project) }
        return set
    }

    /// Where a user's own hooks are: beside their configuration.
    package static func userFile(_ variables: [String: String]) -> FilePath? {
        if let base = variables["XDG_CONFIG_HOME"], !base.isEmpty { return FilePath(base) / "vencejo/hooks.yaml" }
        return variables["HOME"].map { FilePath($0) / ".config/vencejo/hooks.yaml" }
    }

    /// The hooks of one file.
    package static func hooks(
        in file: FilePath, named name: String, _ owner: Hook.Owner
    ) throws(HooksError) -> [Hook] {
        let text: String
        do throws(FileError) {
            text = try FileSystem.readText(file, limit: 1 << 20)
        } catch {
            throw HooksError(.unreadable, "the hooks cannot be read: \(error.message)")
        }
        return try HookFile.hooks(parsing: text, file: name, owner: owner)
    }
}
