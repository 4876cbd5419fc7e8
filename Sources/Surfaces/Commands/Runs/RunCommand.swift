import AgentRuntime
import CommandLineKit
import Files
import Gateway
import Money
import Policy
import Runs
import Settings
import Specs
import WebPages
import Workbench
import WorkflowEngine

/// Carries out `vencejo run REQUEST`: starts a run and follows it.
struct RunCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        var request = RunService.Request(
            text: arguments.positional("REQUEST") ?? "", mode: arguments.value("--mode").flatMap(Mode.init(rawValue:)),
            budget: try budget(arguments.value("--budget")),
            workflow: arguments.positional("NAME") ?? arguments.value("--workflow") ?? "spec-driven",
            inputs: try Self.inputs(arguments.values("--input")),
            priority: arguments.value("--priority").flatMap(Priority.init(rawValue:)))
        try checkRecording(arguments.value("--record"))
        if let wanted = arguments.value("--feature") { try await build(wanted, &request, arguments) }
        request.context = try await given(arguments.values("--context"))
        let service = try await context.service()
        let run = try await service.start(request, in: context.directory)
        let following = RunFollowing(
            context: context, service: service, approvesPlans: arguments.flag("--yes"),
            asObjects: arguments.flag("--events"))
        return try await following.follow(run)
    }

    /// Recordings are never mixed.
    func checkRecording(_ file: String?) throws {
        guard let file, FileSystem.exists(FilePath(file).resolved(from: context.workingDirectory)) else { return }
        throw Failure(
            .usage, "\(file) exists already; give --record a new file, so that no recording is mixed with another")
    }

    /// Makes the request build a feature whose documents are there, and refuses what has errors.
    private func build(
        _ wanted: String, _ request: inout RunService.Request, _ arguments: ParsedArguments
    ) async throws {
        let features = try await ProjectFeatures.read(in: try await context.projectRoot())
        let feature = try features.find(wanted)
        let check = AuthoringCheck(feature: feature)
        try check.check("build", again: false)
        let errors = check.errors(with: features.constitution?.document)
        guard errors.isEmpty else {
            throw Failure(
                .failed,
                "\(feature.name) is not built, as its documents have \(errors.count) \(errors.count == 1 ? "error" : "errors"):\n"
                    + errors.map { "  \($0)" }.joined(separator: "\n"))
        }
        if !request.text.contains(where: { !$0.isWhitespace }) {
            request.text = "Build \(feature.name): \(feature.title)"
        }
        request.feature = .init(folder: feature.folder, purpose: .build)
    }

    /// `name=value` words as values by name; the last of a name counts.
    static func inputs(_ words: [String]) throws -> [String: String] {
        var inputs: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw Failure(.usage, "--input takes NAME=VALUE, such as --input target=staging, not '\(word)'")
            }
            inputs[String(word[..<equals])] = String(word[word.index(after: equals)...])
        }
        return inputs
    }

    /// What `--context` names, as it is now; the run keeps it.
    func given(_ sources: [String]) async throws -> [GivenContext] {
        guard !sources.isEmpty else { return [] }
        let project = try await Repository.open(at: context.directory).root
        let settings = try context.settings(project)
        let policy = WebPolicy(allowedHosts: Set(settings.policy.webHosts))
        let reader = ContextReader(
            directory: context.workingDirectory, project: project,
            paths: PathRules(allow: settings.policy.allowPaths, deny: settings.policy.denyPaths)
        ) { url in
            let page = try await WebPageReader(policy: policy).read(url)
            return ContextReader.Page(title: page.title, markdown: page.markdown)
        }
        return try await reader.read(sources)
    }

    func budget(_ typed: String?) throws -> USD? {
        guard let typed else { return nil }
        guard let amount = USD(parsing: typed), amount > .zero else {
            throw Failure(.usage, "--budget takes an amount in dollars above zero, such as 2.00, not '\(typed)'")
        }
        return amount
    }
}
