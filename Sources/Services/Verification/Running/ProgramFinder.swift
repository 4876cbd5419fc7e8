import Files
import Workbench

/// Finds out which of a program's candidates really starts, inside the sandbox in which it will run.
struct ProgramFinder: Sendable {
    var shell: ShellRunner
    var policy: SandboxPolicy
    var searchPath: String

    struct Found: Sendable, Hashable {
        var words: [String]
        var version: String
    }

    /// A shim that leads nowhere and a program that does not start count as missing.
    func find(_ program: Program, for part: ProjectPart) async throws -> Found? {
        var policy = policy
        policy.limits.time = .seconds(60)
        for words in program.candidates(part, searchPath) {
            guard !program.version.isEmpty else { return Found(words: words, version: "unknown") }
            let line = ShellWords.joined(words + program.version)
            let outcome = try await shell.run(line, policy: policy, directory: part.root)
            guard outcome.succeeded else { continue }
            let version = outcome.text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) }
            return Found(words: words, version: version ?? "unknown")
        }
        return nil
    }
}
