import Crypto
import Files
package import Identity
import Runs
import Workbench

extension RunService.Request {
    /// What a run has to do with a feature's documents in the user's working tree.
    package struct FeatureUse: Sendable, Hashable {
        /// The feature's folder, `specs/003-json-flag`; nil for a run that makes a new one.
        package var folder: String?
        package var purpose: Purpose

        package enum Purpose: Sendable, Hashable {
            /// Documents are written; they go back into the working tree when the run has ended well.
            case documents
            /// Documents are changed, and what they ask for is built: all of it is on the run's branch.
            case changes
            /// What the documents ask for is built; those that are there already are not written again.
            case build
        }

        package init(folder: String? = nil, purpose: Purpose) {
            self.folder = folder
            self.purpose = purpose
        }

        func seed(taken: [String: String]) -> FeatureSeed {
            FeatureSeed(
                folder: folder, delivers: purpose == .documents, keepsDocuments: purpose == .build, taken: taken)
        }
    }
}

/// What became of the documents that a run wrote.
package struct DeliveredDocuments: Sendable, Hashable {
    /// The feature's folder.
    package var folder: String
    /// Written into the user's working tree, or there already as the run wrote them.
    package var written: [String]
    /// Not written, since the user has changed them since the run began.
    package var inTheWay: [String]
    /// Where all of them are in any case.
    package var branch: String
    package var request: String

    /// Where to find what was not written, in one sentence; nil where everything was.
    package var sentence: String? {
        guard !inTheWay.isEmpty else { return nil }
        let names = inTheWay.joined(separator: " ")
        return
            "Not written, because you have changed \(inTheWay.count == 1 ? "it" : "them") since: \(names). What the run wrote is on \(branch): see git diff HEAD...\(branch) -- \(names)"
    }
}

/// Documents that a run has written go back to where the user works.
extension RunService {
    /// Puts the documents of a run that has ended well into the user's working tree, where nothing there was changed since.
    ///
    /// A file that the user has written, changed or removed meanwhile is left as it is. It may be called again: what is there
    /// already stays. Nil for runs that leave their work on their branch.
    package func deliverDocuments(of id: RunID) async throws -> DeliveredDocuments? {
        let run = try await existing(id)
        let store = FeatureStore(runFolder: home / "runs" / id.string)
        guard run.status == .done, var seed = try store.read(), seed.delivers, let folder = run.feature else {
            return nil
        }
        var delivered = DeliveredDocuments(
            folder: folder, written: [], inTheWay: [], branch: run.branch, request: run.request)
        let workspace = try await workspace(of: run)
        let project = FilePath(run.project)
        for change in try await workspace.changes(from: run.baseCommit, to: try await workspace.head()) {
            guard change.path.hasPrefix(folder + "/"), change.status != .deleted,
                let text = try await workspace.committedText(of: change.path)
            else { continue }
            let new = Array(text.utf8)
            let hash = SHA256.hash(new).hex
            let known = seed.taken[change.path]
            // What was taken over and not changed is there, or the user has gone on with it.
            guard known != hash else { continue }
            let place = try Self.place(of: change.path, in: project)
            let now = try place.flatMap { FileSystem.exists($0) ? SHA256.hash(try FileSystem.readBytes($0)).hex : nil }
            if now == hash {
                delivered.written.append(change.path)
            } else if let place, now == known, !seed.isDelivered {
                try FileSystem.createDirectory(place.parent)
                try FileSystem.write(new, to: place)
                delivered.written.append(change.path)
            } else {
                delivered.inTheWay.append(change.path)
            }
        }
        if !seed.isDelivered {
            seed.isDelivered = true
            try store.save(seed)
        }
        return delivered
    }

    /// Does work for which the documents that the run has taken over must not be in the way.
    ///
    /// Only files that git does not know, and that are what the run took over, byte for byte: they are in the run's branch.
    /// Where the work fails they are put back.
    func withoutTakenDocuments<Result>(
        of run: Run, in repository: Repository, _ work: () async throws -> Result
    ) async throws -> Result {
        let store = FeatureStore(runFolder: home / "runs" / run.id.string)
        var removed: [(place: FilePath, hash: String)] = []
        func putBack() throws {
            for (place, hash) in removed where !FileSystem.exists(place) {
                try FileSystem.write(try store.bytes(of: hash), to: place)
            }
        }
        do {
            for (path, hash) in try store.read()?.taken ?? [:] {
                let isUntracked = repository.untrackedPaths.contains {
                    $0 == path || ($0.hasSuffix("/") && path.hasPrefix($0))
                }
                guard isUntracked, let place = try Self.place(of: path, in: repository.root), FileSystem.exists(place),
                    SHA256.hash(try FileSystem.readBytes(place)).hex == hash
                else { continue }
                try FileSystem.remove(place)
                removed.append((place, hash))
            }
            return try await work()
        } catch {
            try putBack()
            throw error
        }
    }

    /// The commit with the documents that a run has taken over, before its first step; nil where it has none.
    func takeOverCommit(of run: Run, in workspace: Workspace) async throws -> String? {
        guard try FeatureStore(runFolder: home / "runs" / run.id.string).read()?.folder != nil,
            try await workspace.branchExists()
        else { return nil }
        return try await workspace.findCommit(trailer: "Vencejo-Step", value: "take-over")
    }

    /// Whether there are changes that the run does not see: those of its feature are taken over.
    static func isDirty(_ repository: Repository, besides folder: String?) -> Bool {
        guard let folder else { return repository.isDirty }
        return repository.dirtyPaths.contains { path in
            // An untracked folder may hold the feature's and nothing else.
            let isOwn = path.hasPrefix(folder + "/") || (path.hasSuffix("/") && (folder + "/").hasPrefix(path))
            return !isOwn
        }
    }

    /// Where a document belongs in the user's working tree; nil where a link or a file on the way leads elsewhere.
    private static func place(of path: String, in project: FilePath) throws -> FilePath? {
        var place = project
        for name in FilePath(path).components {
            place = place / name
            guard let kind = try FileSystem.info(place, symlinks: .notFollowed)?.kind else { continue }
            if kind == .symlink { return nil }
        }
        return FileSystem.isDirectory(place) ? nil : place
    }
}
