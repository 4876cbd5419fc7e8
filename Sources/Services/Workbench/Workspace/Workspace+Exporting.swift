package import Files

extension Workspace {
    /// Writes a snapshot's files into a folder that is made, or is empty; nothing else is touched.
    package func export(_ snapshot: Snapshot, to folder: FilePath) async throws {
        if FileSystem.exists(folder) {
            guard FileSystem.isDirectory(folder), try FileSystem.list(folder).isEmpty else {
                throw WorkbenchError(.exists, "\(folder) is there already and is not empty: name another folder.")
            }
        }
        try FileSystem.createDirectory(folder)
        let place = try FileSystem.realPath(folder)
        let index = repository.commonDirectory / "vencejo-export.\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        var git = repository.store
        git.place = .exactly(gitDirectory: repository.commonDirectory, workTree: place, index: index)
        defer {
            for left in [index, FilePath(index.string + ".lock")] where FileSystem.exists(left) {
                // An index that stays behind costs some bytes and means nothing to anybody.
                try? FileSystem.remove(left)
            }
        }
        _ = try await git.run(["read-tree", snapshot.tree], .writes)
        _ = try await git.run(["checkout-index", "--all", "--quiet"], .writes)
    }

    /// The paths that a snapshot has differently from where the run's branch stood then, in git's order.
    package func changes(in snapshot: Snapshot) async throws -> [FileDifference] {
        try await repository.differences(snapshot.parent ?? base, snapshot.tree)
    }

    /// Moves files that were set aside back to where they were; what stands there now stays, and so does its rival.
    package func takeBack(from folder: FilePath) throws {
        guard FileSystem.isDirectory(folder) else { return }
        try Self.moveContents(of: folder, to: root)
        try Self.removeEmptyFolders(folder)
    }

    private static func moveContents(of folder: FilePath, to target: FilePath) throws {
        for entry in try FileSystem.list(folder) {
            let (from, to) = (folder / entry.name, target / entry.name)
            if !FileSystem.exists(to) {
                try FileSystem.move(from, to: to)
            } else if entry.kind == .directory, try FileSystem.info(to)?.kind == .directory {
                try moveContents(of: from, to: to)
            }
        }
    }

    private static func removeEmptyFolders(_ folder: FilePath) throws {
        for entry in try FileSystem.list(folder) where entry.kind == .directory {
            try removeEmptyFolders(folder / entry.name)
        }
        if try FileSystem.list(folder).isEmpty { try FileSystem.remove(folder) }
    }
}
