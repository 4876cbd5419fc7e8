package import Files

/// A user's git repository as it was found: where it is, what is checked out, what is uncommitted.
package struct Repository: Sendable, Hashable {
    /// The top of the user's working tree.
    package let root: FilePath
    /// What all working trees of the repository share: the `.git` folder.
    package let commonDirectory: FilePath
    /// The folder with this working tree's own HEAD and index.
    package let gitDirectory: FilePath
    /// The commit that is checked out.
    package let head: String
    /// The branch that is checked out; nil where HEAD is detached.
    package let branch: String?
    /// Tracked files that differ from HEAD.
    package let changedPaths: [String]
    /// Files, or folders of files, that git does not track and does not ignore.
    package let untrackedPaths: [String]
    package let program: GitProgram
    /// Configuration that switches off filters whose programs are not installed.
    let settings: [String]

    package var isDirty: Bool { !changedPaths.isEmpty || !untrackedPaths.isEmpty }
    package var dirtyPaths: [String] { (changedPaths + untrackedPaths).sorted() }

    /// Looks at the repository around a folder.
    ///
    /// Throws where there is none, where it is bare or has no commits, where git does not trust its owner, and where git is
    /// missing.
    package static func open(at directory: FilePath, program: GitProgram = GitProgram()) async throws -> Repository {
        let directory = try FileSystem.realPath(directory)
        var git = GitCommand(program: program, place: .around(directory))
        let places = try await git.text([
            "rev-parse", "--path-format=absolute", "--is-bare-repository", "--is-inside-work-tree", "--git-common-dir",
            "--absolute-git-dir",
        ]).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard places.count == 4 else {
            throw WorkbenchError(.git, "git rev-parse answered \(directory) with something unknown: \(places).")
        }
        guard places[1] == "true" else {
            let fix = "go into a working tree of it, or clone it"
            throw places[0] == "true"
                ? WorkbenchError(
                    .bareRepository, "\(directory) is a bare repository, without files to work on: \(fix).")
                : WorkbenchError(.notRepository, "\(directory) is inside git's own folder: \(fix).")
        }
        let root = try await git.text(["rev-parse", "--path-format=absolute", "--show-toplevel"])
        git.settings = try await MissingFilters.settings(git)
        let status = try await WorkingTreeStatus.read(git)
        guard let head = status.head else {
            throw WorkbenchError(
                .noCommits,
                "\(root) has no commits to start from: commit once (git commit --allow-empty -m \"Start\" will do).")
        }
        return Repository(
            root: FilePath(root), commonDirectory: FilePath(places[2]), gitDirectory: FilePath(places[3]), head: head,
            branch: status.branch, changedPaths: status.changed, untrackedPaths: status.untracked, program: program,
            settings: git.settings)
    }

    /// The top of the working tree around a folder, also where nothing is committed yet; nil outside of one.
    ///
    /// Throws where git does not trust the repository's owner. Without git no folder is in a repository.
    package static func root(around directory: FilePath, program: GitProgram = GitProgram()) async throws -> FilePath? {
        let git = GitCommand(program: program, place: .around(try FileSystem.realPath(directory)))
        do {
            return FilePath(try await git.text(["rev-parse", "--path-format=absolute", "--show-toplevel"]))
        } catch let error as WorkbenchError {
            switch error.code {
            case .notRepository, .bareRepository, .gitMissing: return nil
            default: throw error
            }
        }
    }

    /// The repository as it is now.
    package func reread() async throws -> Repository { try await Self.open(at: root, program: program) }

    /// git on the user's working tree and index.
    var git: GitCommand { GitCommand(program: program, place: .around(root), settings: settings) }

    /// git on what all working trees share; for commands that need no files.
    var store: GitCommand {
        GitCommand(
            program: program, place: .exactly(gitDirectory: commonDirectory, workTree: commonDirectory, index: nil),
            settings: settings)
    }
}

/// What `git status` says of a working tree.
struct WorkingTreeStatus: Sendable, Hashable {
    var head: String?
    var branch: String?
    var changed: [String] = []
    var untracked: [String] = []

    static func read(_ git: GitCommand) async throws -> WorkingTreeStatus {
        let output = try await git.run([
            "status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=normal",
            "--ignore-submodules=dirty",
        ])
        var status = WorkingTreeStatus()
        for field in output.fields {
            switch field.first {
            case "#":
                if field.hasPrefix("# branch.oid "), !field.hasSuffix("(initial)") {
                    status.head = String(field.dropFirst(13))
                } else if field.hasPrefix("# branch.head "), !field.hasSuffix("(detached)") {
                    status.branch = String(field.dropFirst(14))
                }
            case "1": status.changed.append(path(field, after: 8))
            case "u": status.changed.append(path(field, after: 10))
            case "?": status.untracked.append(path(field, after: 1))
            default: break
            }
        }
        return status
    }

    private static func path(_ field: String, after count: Int) -> String {
        field.split(separator: " ", maxSplits: count, omittingEmptySubsequences: false).last.map(String.init) ?? field
    }
}
