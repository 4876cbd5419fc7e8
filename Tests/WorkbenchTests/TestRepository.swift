import Files
import Identity
import Subprocess
import Testing

@testable import Workbench

/// A real git repository in a folder of its own, with a home of its own.
struct TestRepository {
    let folder: FilePath
    let root: FilePath
    let program: GitProgram

    static let ids = IdentifierSource.seeded(7)

    /// Lends a repository with one commit of `README.md` and `app.txt`.
    static func with(_ body: (TestRepository) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let repository = try await TestRepository(in: folder)
            try repository.write("README.md", "# Project\n")
            try repository.write("app.txt", "one\ntwo\nthree\nfour\nfive\n")
            try repository.write(".gitignore", "*.log\nbuild/\n")
            try await repository.git("add", "-A")
            try await repository.git("commit", "-qm", "Start")
            try await body(repository)
        }
    }

    init(in folder: FilePath) async throws {
        self.folder = folder
        root = folder / "project"
        let home = folder / "home"
        try FileSystem.createDirectory(root)
        try FileSystem.createDirectory(home)
        try FileSystem.write("[user]\n\tname = Ada\n\temail = ada@example.org\n", to: home / ".gitconfig")
        let path = Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin"
        program = GitProgram(environment: ["PATH": path, "HOME": home.string])
        try await git("init", "-q", "-b", "main")
    }

    @discardableResult
    func git(_ arguments: String..., at directory: FilePath? = nil) async throws -> String {
        var command = Command("git", arguments, environment: program.environment, directory: directory ?? root)
        command.output = .merged
        let result = try await command.run()
        let text = result.stdout.text
        try #require(result.succeeded, "git \(arguments.joined(separator: " ")): \(text)")
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    func write(_ path: String, _ text: String) throws {
        let file = root / path
        try FileSystem.createDirectory(file.parent)
        try FileSystem.write(text, to: file)
    }

    func read(_ path: String) throws -> String { try FileSystem.readText(root / path) }

    func commit(_ path: String, _ text: String, _ title: String) async throws {
        try write(path, text)
        try await git("add", "-A")
        try await git("commit", "-qm", title)
    }

    func open() async throws -> Repository { try await Repository.open(at: root, program: program) }

    /// A workspace that is not prepared yet.
    func workspace(_ name: String = "add-flag") async throws -> Workspace {
        let repository = try await open()
        let run: RunID = Self.ids.next()
        return Workspace(
            repository: repository, run: run, branch: "vencejo/\(run.short)-\(name)", base: repository.head,
            root: folder / "state" / "worktrees" / run.string)
    }

    func preparedWorkspace(_ name: String = "add-flag") async throws -> Workspace {
        let workspace = try await workspace(name)
        try await workspace.prepare()
        return workspace
    }
}

extension Workspace {
    func write(_ path: String, _ text: String) throws {
        let file = root / path
        try FileSystem.createDirectory(file.parent)
        try FileSystem.write(text, to: file)
    }

    func read(_ path: String) throws -> String { try FileSystem.readText(root / path) }

    @discardableResult
    func commitTask(_ id: String, _ path: String, _ text: String) async throws -> String {
        try write(path, text)
        return try await commit(
            title: "\(id): work", trailers: [("Vencejo-Run", runName), ("Vencejo-Task", id)])
    }
}

/// The code of the workbench's error that `body` throws, or nil.
func code(_ body: () async throws -> Void) async throws -> WorkbenchError.Code? {
    do {
        try await body()
        return nil
    } catch let error as WorkbenchError {
        return error.code
    }
}
