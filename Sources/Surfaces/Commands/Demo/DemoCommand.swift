import CommandLineKit
import Examples
import Files
import Identity
import JSON
import Runs
import Subprocess
import Terminal
import Workbench
import WorkflowEngine

/// `vencejo demo`: a real run on a small real project, with recorded words in place of a model's.
struct DemoCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let isLive = arguments.flag("--live")
        let folder = try place(arguments.value("--in"))
        try await layOut(in: folder, isLive: isLive)
        introduce(folder, isLive: isLive)
        let service = try await context.service()
        let run = try await service.start(.init(text: ExampleProject.request), in: folder)
        let following = RunFollowing(context: context, service: service, approvesPlans: true, asObjects: false)
        let status = try await following.follow(run)
        if status == .done { conclude(run, folder) }
        return status
    }

    private func place(_ typed: String?) throws -> FilePath {
        guard let typed else { return try FileSystem.temporaryDirectory(prefix: "vencejo-demo-") / "todo" }
        let folder = FilePath(typed).resolved(from: context.directory)
        if FileSystem.exists(folder), try !FileSystem.list(folder).isEmpty {
            throw Failure(.usage, "\(folder) is not empty; give --in a new folder")
        }
        return folder
    }

    private func layOut(in folder: FilePath, isLive: Bool) async throws {
        for file in ExampleProject.files {
            try FileSystem.createDirectory((folder / file.path).parent)
            try FileSystem.write(file.text, to: folder / file.path)
        }
        if !isLive {
            try FileSystem.createDirectory(folder / ".vencejo")
            try FileSystem.write(ExampleProject.session, to: folder / ".vencejo/rehearsal.jsonl")
            try FileSystem.write(Self.rehearsalSettings, to: folder / ".vencejo/config.yaml")
        }
        try await git(["init", "--quiet", "--initial-branch", "main"], in: folder)
        try await git(["add", "--all"], in: folder)
        try await git(["commit", "--quiet", "--message", "A small todo list"], in: folder)
    }

    private static let rehearsalSettings = """
        models:
          default: rehearsal/session
          providers:
            rehearsal: { api: rehearsal, file: .vencejo/rehearsal.jsonl }

        """

    /// The demo's own first commit; it needs an identity, and a fresh machine may have none.
    private func git(_ arguments: [String], in folder: FilePath) async throws {
        var environment = context.variables.filter { !$0.key.hasPrefix("GIT_") }
        for who in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(who)_NAME"] = "Vencejo demo"
            environment["GIT_\(who)_EMAIL"] = "demo@localhost"
        }
        let result = try await Subprocess.Command("git", arguments, environment: environment, directory: folder).run()
        guard result.succeeded else {
            throw Failure(.failed, "git \(arguments[0]) failed in \(folder): \(result.stderr.text.sanitized)")
        }
    }

    private func introduce(_ folder: FilePath, isLive: Bool) {
        let words =
            isLive
            ? "A configured model is asked; this costs money."
            : "The model's words are recorded; no key is needed and no money is spent."
        context.output.notice(
            """
            \(context.output.style.bold("Vencejo demo"))
            Project   \(folder)
            Request   \(ExampleProject.request)
            \(words)
            Everything else is real: the worktree, the edits, the sandboxed tests that fail first and pass then,
            the commits and the receipts.

            """)
    }

    private func conclude(_ run: Run, _ folder: FilePath) {
        let id = run.id.short
        let name = context.program
        context.output.notice(
            """

            Look around:
              cd \(folder)
              git log --stat main..\(run.branch)
              \(name) runs show \(id)
              \(name) runs receipts \(id)
              \(name) runs diff \(id)
              \(name) runs merge \(id) && python3 todo.py list --json
            """)
    }
}
