import Files
import Gateway
import JSON
import Runs
import Settings
import SourceTags
import Terminal
import Workbench

/// `vencejo doctor`: what a run needs, looked at one by one, each with its fix.
struct DoctorCommand: Sendable {
    let context: CommandContext

    private struct Finding: Sendable {
        enum Weight: String, Sendable { case ok, warning, problem }

        var name: String
        var weight: Weight
        var text: String
        var fix: String?

        static func ok(_ name: String, _ text: String) -> Finding { Finding(name: name, weight: .ok, text: text) }
    }

    func run() async throws -> ExitStatus {
        var findings: [Finding] = []
        let (repository, git) = await git()
        findings.append(git)
        let (settings, configuration) = configuration(repository?.root)
        findings.append(configuration)
        findings += await sandbox(settings)
        findings.append(await models(settings))
        findings += disk()
        findings.append(await map())
        if let repository {
            findings.append(checks(repository, settings))
            if let finding = credentials(repository) { findings.append(finding) }
        }
        findings += await lostAndFound(repository)
        context.output.result(
            .array(
                findings.map {
                    [
                        "check": .string($0.name), "result": .string($0.weight.rawValue), "text": .string($0.text),
                        "fix": $0.fix.map { .string($0) } ?? .null,
                    ]
                }), text: findings.map(line).joined(separator: "\n"))
        return findings.contains { $0.weight == .problem } ? .failed : .done
    }

    private func git() async -> (Repository?, Finding) {
        do {
            let repository = try await Repository.open(at: context.directory)
            let state = repository.isDirty ? ", with changes that are not committed (runs start from the commit)" : ""
            return (repository, .ok("git", "\(repository.root) at \(repository.head.prefix(10))\(state)"))
        } catch {
            return (nil, Finding(name: "git", weight: .problem, text: "\(error)", fix: "git init, and commit once"))
        }
    }

    private func configuration(_ project: FilePath?) -> (Settings?, Finding) {
        do {
            let settings = try context.settings(project)
            let sources = settings.sources.isEmpty ? "defaults only" : settings.sources.joined(separator: ", ")
            return (settings, .ok("configuration", sources))
        } catch {
            return (
                nil,
                Finding(name: "configuration", weight: .problem, text: "\(error)", fix: "mend the file, then try again")
            )
        }
    }

    private func sandbox(_ settings: Settings?) async -> [Finding] {
        if settings?.sandbox.isRequired == false {
            return [
                Finding(
                    name: "sandbox", weight: .warning,
                    text: "switched off: agents' commands can reach everything that you can",
                    fix: "remove sandbox: off from the configuration")
            ]
        }
        do {
            switch try await SandboxProbe.check() {
            case .works(let name):
                let network = settings?.sandbox.network ?? .off
                let text = "\(name) confines commands: network \(network.rawValue), writes in the workspace only"
                return [.ok("sandbox", text), limits(settings)] + (try await escapes())
            case .cannotRun(let reason, let fix):
                return [Finding(name: "sandbox", weight: .problem, text: reason, fix: fix)]
            }
        } catch {
            return [
                Finding(
                    name: "sandbox", weight: .problem, text: "\(error)", fix: "free some disk space, then try again")
            ]
        }
    }

    private func limits(_ settings: Settings?) -> Finding {
        switch ControlGroups.probe() {
        case .works: return .ok("sandbox limits", "control groups hold memory, processes and cores")
        case .unavailable(let reason):
            let text = "they hold each process by itself: \(reason)"
            guard settings?.sandbox.limits.memory != nil else { return .ok("sandbox limits", text) }
            return Finding(
                name: "sandbox limits", weight: .warning,
                text: text,
                fix: "start vencejo with systemd-run --user --scope -p Delegate=yes")
        }
    }

    /// What a command would try to get out, tried; what holds is told in one line.
    private func escapes() async throws -> [Finding] {
        let test = SandboxEscapeTest(
            sandbox: try BubblewrapSandbox(), searchPath: context.variables["PATH"] ?? "/usr/bin:/bin")
        let found = try await test.run()
        let held = found.count { $0.verdict == .held }
        let told = found.compactMap { finding -> Finding? in
            switch finding.verdict {
            case .held: nil
            case .notTried: Finding(name: "escape", weight: .warning, text: finding.line)
            case .escaped:
                Finding(
                    name: "escape", weight: .problem, text: finding.line,
                    fix: "do not run agents here; report this with the output of bwrap --version and uname -a")
            }
        }
        return told + [.ok("escape", "\(held) of \(found.count) ways out were tried and are closed")]
    }

    private func models(_ settings: Settings?) async -> Finding {
        guard let settings else { return Finding(name: "models", weight: .warning, text: "not looked at", fix: nil) }
        do {
            let setup = try await context.models(settings)
            let model = try setup.choose("developer", nil, settings.mode.rawValue)
            let origin = setup.origins[model.provider] ?? ""
            return .ok("models", "\(model) for \(settings.mode.rawValue) (\(origin)); try it with vencejo models test")
        } catch {
            return Finding(
                name: "models", weight: .problem, text: "\(error)",
                fix: "set ANTHROPIC_API_KEY or OPENAI_API_KEY, or start Ollama")
        }
    }

    private func disk() -> [Finding] {
        do throws(FileError) {
            try FileSystem.createDirectory(context.home)
            let probe = context.home / "write-probe"
            try FileSystem.write("", to: probe)
            try FileSystem.remove(probe)
            let free = try FileSystem.diskSpace(at: context.home).available >> 20
            let text = "\(context.home): \(free) MB free"
            return [
                free < 500
                    ? Finding(name: "disk", weight: .warning, text: text, fix: "free some space, or set VENCEJO_HOME")
                    : .ok("disk", text)
            ]
        } catch {
            return [
                Finding(
                    name: "disk", weight: .problem, text: error.message,
                    fix: "set VENCEJO_HOME to a folder that can be written")
            ]
        }
    }

    private func map() async -> Finding {
        let folders = GrammarLibrary.standardFolders(
            program: context.program, home: context.home, environment: context.variables)
        let found = await MapReadiness.look(in: folders, environment: context.variables)
        return Finding(
            name: "repo map", weight: found.isComplete ? .ok : .warning, text: found.text, fix: found.fix)
    }

    private func checks(_ repository: Repository, _ settings: Settings?) -> Finding {
        let commands = settings?.verify?.map(\.command) ?? CheckDetector.detect(in: repository.root).map(\.command)
        guard !commands.isEmpty else {
            return Finding(
                name: "checks", weight: .warning, text: "no tests were found, so nothing could be proven",
                fix: "name the commands under verify: in .vencejo/config.yaml")
        }
        return .ok("checks", commands.joined(separator: ", "))
    }

    private func credentials(_ repository: Repository) -> Finding? {
        guard let file = repository.filesWithCredentials().first else { return nil }
        return Finding(
            name: "credentials", weight: .warning,
            text: "\(file) seems to hold one; commands see it without the credential, or not at all",
            fix: "keep it in a credential helper or use ssh, and remove it from the file")
    }

    private func lostAndFound(_ repository: Repository?) async -> [Finding] {
        do {
            return try await LostAndFound(context: context).findings(in: repository).map {
                Finding(name: $0.name, weight: $0.isWarning ? .warning : .ok, text: $0.text, fix: $0.fix)
            }
        } catch {
            return [
                Finding(
                    name: "snapshots", weight: .problem, text: Failure(error).message,
                    fix: "see that \(context.home) can be read and written")
            ]
        }
    }

    private func line(_ finding: Finding) -> String {
        let style = context.output.style
        let mark =
            switch finding.weight {
            case .ok: style.green("✓")
            case .warning: style.yellow("!")
            case .problem: style.red("✗")
            }
        let fix = finding.fix.map { "\n  \(style.dim("fix:")) \($0)" } ?? ""
        return "\(mark) \(finding.name)  \(finding.text.sanitized)\(fix)"
    }
}
