import Files
import Identity
import QualityReports
import Subprocess
import Testing
import Timekeeping
import Workbench

@testable import Verification

/// A real git repository, at a path that has to be quoted, with a state folder beside it.
struct TestProject: Sendable {
    let root: FilePath
    let home: FilePath
    let repository: Repository
    let sandbox: any Sandbox
    let clock = ManualClock()

    /// Lends a project with these files, committed.
    static func with(_ files: [String: String], _ body: (TestProject) async throws -> Void) async throws {
        try await FileSystem.withTemporaryDirectory { folder in
            let root = folder / "it's a \"project\""
            try FileSystem.createDirectory(root)
            for (path, text) in files { try write(path, text, in: root) }
            try await git(["init", "-q", "-b", "main"], root)
            try await git(["add", "-A"], root)
            try await git(["commit", "-q", "--allow-empty", "-m", "Start"], root)
            // Where commands cannot be confined, what is tested here holds as well.
            let sandbox: any Sandbox =
                switch try await SandboxProbe.check() {
                case .works: try BubblewrapSandbox()
                case .cannotRun: NoSandbox()
                }
            try await body(
                TestProject(
                    root: root, home: folder / "state", repository: try await Repository.open(at: root),
                    sandbox: sandbox))
        }
    }

    init(root: FilePath, home: FilePath, repository: Repository, sandbox: any Sandbox) {
        self.root = root
        self.home = home
        self.repository = repository
        self.sandbox = sandbox
    }

    var store: VerificationStore { VerificationStore(home: home, project: root) }

    func write(_ path: String, _ text: String) throws { try Self.write(path, text, in: root) }

    func service(
        _ adapters: [Adapter] = AdapterCatalogue.all, limit: Duration = .seconds(300),
        variables: [String: String] = Command.inheritedEnvironment(), complexity: Int? = nil
    ) -> VerificationService {
        var policy = SandboxPolicy(workspace: root)
        policy.hidden = [home]
        policy.limits.time = limit
        return VerificationService(
            shell: ShellRunner(sandbox: sandbox), policy: policy, store: store, clock: clock.wall, ids: .seeded(3),
            engine: "vencejo test", variables: variables,
            complexityLimit: complexity, adapters: adapters)
    }

    func verify(
        _ adapters: [Adapter], _ query: VerificationQuery = VerificationQuery(kinds: [.unitTests]),
        limit: Duration = .seconds(300)
    ) async throws -> VerificationResult {
        let results = try await service(adapters, limit: limit).verify(query, on: VerifiedTree(repository))
        return try #require(results.first)
    }

    private static func write(_ path: String, _ text: String, in root: FilePath) throws {
        let file = root.appending(path)
        try FileSystem.createDirectory(file.parent)
        try FileSystem.write(text, to: file)
    }

    private static func git(_ arguments: [String], _ root: FilePath) async throws {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        let result = try await Command(
            "git", identity + arguments, environment: Command.inheritedEnvironment(), directory: root
        ).run()
        try #require(result.succeeded, "git: \(result.stderr.text)")
    }
}

extension Adapter {
    /// An adapter of the tests' own whose command is a script with `$REPORT` for its report.
    static func script(
        _ text: String, kind: VerificationKind = .unitTests, format: ReportFormat = .tests(.junit),
        again: (@Sendable ([TestCase]) -> Selection?)? = nil
    ) -> Adapter {
        Adapter(
            name: "script", kind: kind, ecosystem: .any,
            program: Program(name: "sh", install: "install a shell", version: []) { _, _ in [["sh"]] },
            report: .file("report", format),
            command: {
                "REPORT=\($0.file("report")); WORDS=\(ShellWords.quoted($0.selected.joined(separator: " ")))\n\(text)"
            },
            selection: again)
    }

    /// A line of shell that writes a JUnit report of these tests, failed ones with `!` behind their names.
    static func junit(_ tests: String...) -> String {
        let cases = tests.map { name in
            name.hasSuffix("!")
                ? "<testcase classname=\"a\" name=\"\(name.dropLast())\"><failure message=\"no\"/></testcase>"
                : "<testcase classname=\"a\" name=\"\(name)\"/>"
        }.joined()
        return "echo '<testsuite name=\"s\" tests=\"\(tests.count)\">\(cases)</testsuite>' > \"$REPORT\""
    }
}
