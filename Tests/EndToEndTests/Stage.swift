import Examples
import FakeModelServer
import Files
import JSON
import Subprocess
import Testing

/// A project, a home and a fake model server for one test, and the real binary to use on them.
struct Stage: Sendable {
    let folder: FilePath
    let server: FakeModelServer
    let wire: Wire

    enum Wire: String, Sendable, CaseIterable { case anthropic, openai }

    static let request = ExampleProject.request

    /// Lends a stage with the example project committed on `main` and configured for the server.
    static func with(
        wire: Wire = .anthropic, script: String = ExampleProject.session, configuration: String = "",
        price: String = "{ input: 3.00, output: 15.00 }", provider: String = "",
        decide: @escaping @Sendable (ModelCall, Int) -> ModelBehaviour = { _, _ in .answer },
        _ body: (Stage) async throws -> Void
    ) async throws {
        try await Seats.take {
            try await FileSystem.withTemporaryDirectory { folder in
                let server = try FakeModelServer(script: script, decide: decide)
                defer { server.stop() }
                let stage = Stage(folder: folder, server: server, wire: wire)
                try await stage.layOut(configuration, price, provider)
                try await body(stage)
            }
        }
    }

    var project: FilePath { folder / "todo" }
    var home: FilePath { folder / "state" }

    private func layOut(_ configuration: String, _ price: String, _ provider: String) async throws {
        for file in ExampleProject.files {
            try FileSystem.createDirectory((project / file.path).parent)
            try FileSystem.write(file.text, to: project / file.path)
        }
        try FileSystem.createDirectory(project / ".vencejo")
        let base = wire == .anthropic ? server.baseURL : server.baseURL + "/v1"
        try FileSystem.write(
            """
            models:
              default: fake/fake-1
              providers:
                fake: { api: \(wire.rawValue), base_url: "\(base)", api_key: "${FAKE_KEY}", free: off\(provider) }
              prices:
                fake/fake-1: \(price)
            \(configuration)

            """, to: project / ".vencejo/config.yaml")
        try await git("init", "--quiet", "--initial-branch", "main")
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "A small todo list")
        try await trustSettings()
    }

    /// The settings of the project.
    var settings: String { get throws { try FileSystem.readText(project / ".vencejo/config.yaml") } }

    /// Writes the project's settings, and lets them say what they like.
    func configure(_ text: String) async throws {
        try FileSystem.write(text, to: project / ".vencejo/config.yaml")
        try await trustSettings()
    }

    private func trustSettings() async throws {
        let trusted = try await vencejo("config", "trust")
        guard trusted.status == 0 || trusted.errors.contains(".vencejo/config.yaml:") else {
            throw StageError(message: "the stage's settings cannot be trusted: \(trusted.errors)")
        }
    }

    // MARK: - The binary

    struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String

        var json: JSONValue {
            get throws { try JSONValue(parsing: output) }
        }
    }

    private var environment: [String: String] {
        var variables = Subprocess.Command.inheritedEnvironment().filter { !$0.key.hasPrefix("GIT_") }
        variables["VENCEJO_HOME"] = home.string
        variables["XDG_CONFIG_HOME"] = (folder / "config").string
        variables["FAKE_KEY"] = FakeModelServer.key
        for name in ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "NO_COLOR"] { variables[name] = nil }
        return variables
    }

    func command(_ arguments: [String], in directory: FilePath? = nil, changes: [String: String?] = [:])
        -> Subprocess.Command
    {
        var variables = environment
        for (name, value) in changes { variables[name] = value }
        return Subprocess.Command(
            Self.binary, arguments, environment: variables, directory: directory ?? project,
            limits: .init(time: .seconds(240), output: 4 << 20))
    }

    @discardableResult
    func vencejo(_ arguments: String..., in directory: FilePath? = nil, changes: [String: String?] = [:]) async throws
        -> Outcome
    {
        let result = try await command(arguments, in: directory, changes: changes).run()
        guard case .exited(let status) = result.status else {
            throw StageError(message: "vencejo \(arguments) was ended by a signal: \(result.stderr.text)")
        }
        return Outcome(status: status, output: result.stdout.text, errors: result.stderr.text)
    }

    /// The program that the package built, beside the test bundle.
    private static let binary: String = {
        let candidates = Swift.CommandLine.arguments.filter { $0.contains(".xctest") } + Swift.CommandLine.arguments
        for candidate in candidates {
            var folder = FilePath(candidate).parent
            for _ in 0..<4 {
                if FileSystem.isExecutable(folder / "vencejo"), !FileSystem.isDirectory(folder / "vencejo") {
                    return (folder / "vencejo").string
                }
                folder = folder.parent
            }
        }
        return "vencejo"
    }()

    // MARK: - The repository

    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        var variables = environment
        for who in ["AUTHOR", "COMMITTER"] {
            variables["GIT_\(who)_NAME"] = "Test"
            variables["GIT_\(who)_EMAIL"] = "test@localhost"
        }
        let result = try await Subprocess.Command("git", arguments, environment: variables, directory: project).run()
        guard result.succeeded else { throw StageError(message: "git \(arguments): \(result.stderr.text)") }
        return result.stdout.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "\n")
    }

    /// The branch of the only run.
    func branch() async throws -> String {
        try await git("for-each-ref", "--format=%(refname:short)", "refs/heads/vencejo")
    }

    /// Runs a line of Python; true where it succeeded.
    func python(_ line: String) async throws -> Bool {
        try await Subprocess.Command("python3", ["-c", line], environment: environment, directory: folder).run()
            .succeeded
    }

    /// The hash of all files of the run's branch but the configuration, which holds the server's address.
    func workTree() async throws -> String {
        try await git("ls-tree", "-r", try await branch(), "--", "README.md", "store.py", "todo.py", "tests", "specs")
    }

    func tree(of revision: String) async throws -> String { try await git("rev-parse", "\(revision)^{tree}") }
}

struct StageError: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}
