import CommandLineKit
import Files
import JSON
import Money
import Runs
import SpecDocuments
import Specs
import WorkflowEngine

/// `vencejo specs new|clarify|plan|checklist|tasks|converge`: each a small run that writes documents of one feature.
struct SpecsAuthoringCommand: Sendable {
    let context: CommandContext

    static let verbs: Set<String> = ["new", "clarify", "plan", "checklist", "tasks", "converge"]

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let runs = RunCommand(context: context)
        var request = RunService.Request(
            text: "", mode: arguments.value("--mode").flatMap(Mode.init(rawValue:)),
            budget: try runs.budget(arguments.value("--budget")), workflow: "specs-\(verb)")
        try runs.checkRecording(arguments.value("--record"))
        if verb == "new" {
            try await prepareNew(&request, arguments)
        } else {
            try await prepare(verb, &request, arguments)
        }
        let service = try await context.service()
        let run = try await service.start(request, in: context.directory)
        let following = RunFollowing(
            context: context, service: service, approvesPlans: false, asObjects: arguments.flag("--events"))
        let status = try await following.follow(run)
        guard verb == "converge", arguments.flag("--build"), status == .done else { return status }
        let left = try await service.report(on: run.id).outputs?["left"]?.intValue ?? 0
        guard left > 0 else { return .done }
        context.output.notice(
            "\(left) \(left == 1 ? "task is" : "tasks are") left after \(request.inputs["rounds"] ?? "3") rounds; what was built is on \(run.branch)."
        )
        return .failed
    }

    private func prepareNew(_ request: inout RunService.Request, _ arguments: ParsedArguments) async throws {
        let words = arguments.positional("REQUEST") ?? ""
        request.text = words
        request.inputs["ceremony"] = arguments.value("--ceremony")
        request.feature = .init(purpose: .documents)
        if let typed = arguments.value("--from") {
            let path = try await below(typed)
            request.inputs["from"] = path
            if !words.contains(where: { !$0.isWhitespace }) { request.text = "Existing behaviour of \(path)" }
        } else if !words.contains(where: { !$0.isWhitespace }) {
            throw Failure(
                .usage,
                "say what is wanted, such as vencejo specs new \"Add a --json flag\", or what is to be described, with --from PATH"
            )
        }
        request.context = try await RunCommand(context: context).given(arguments.values("--context"))
    }

    /// A path as typed, below the project's top.
    private func below(_ typed: String) async throws -> String {
        let root = try await context.projectRoot()
        let path = FilePath(typed).resolved(from: context.workingDirectory)
        guard FileSystem.exists(path) else {
            throw Failure(.usage, "there is no \(typed) to describe; give a file or folder")
        }
        guard let below = try FileSystem.realPath(path).relative(to: try FileSystem.realPath(root)) else {
            throw Failure(.usage, "\(typed) lies outside of the project \(root); give a file or folder in it")
        }
        return below.isEmpty ? "." : below
    }

    private func prepare(
        _ verb: String, _ request: inout RunService.Request, _ arguments: ParsedArguments
    ) async throws {
        let root = try await context.projectRoot()
        let feature = try await ProjectFeatures.read(in: root).find(arguments.positional("FEATURE") ?? "")
        try AuthoringCheck(feature: feature).check(verb, again: arguments.flag("--again"))
        // The name stands for the feature; what was asked for is in its specification.
        request.text = "\(feature.name): \(feature.title)"
        request.inputs["request"] = request.text
        var purpose = RunService.Request.FeatureUse.Purpose.documents
        switch verb {
        case "checklist": request.inputs["topic"] = arguments.value("--topic")
        case "converge":
            request.inputs["rounds"] = try Self.rounds(arguments.value("--rounds"))
            if arguments.flag("--build") {
                request.inputs["build"] = "true"
                purpose = .changes
            }
        default: break
        }
        request.feature = .init(folder: feature.folder, purpose: purpose)
    }

    private static func rounds(_ typed: String?) throws -> String? {
        guard let typed else { return nil }
        guard let number = Int(typed), (1...100).contains(number) else {
            throw Failure(.usage, "--rounds takes a number from 1 to 100, not '\(typed)'")
        }
        return typed
    }
}

/// What has to be there before a document of a feature is written; pure.
struct AuthoringCheck: Sendable {
    let feature: Feature

    /// Throws one sentence with the document, the line and what to do.
    func check(_ verb: String, again: Bool) throws {
        if let gone = feature.diagnostics.first(where: { $0.severity == .error }) {
            throw Failure(.failed, "\(gone.message) \(gone.fix)")
        }
        guard let spec = feature.spec else {
            throw Failure(
                .failed, "\(feature.name) has no spec.md: restore it from git, or write one with vencejo specs new")
        }
        try refuse(spec.path, spec.errors)
        if let plan = feature.plan, verb == "tasks" { try refuse(plan.path, plan.errors) }
        switch verb {
        case "plan":
            guard feature.plan == nil || again else { throw exists("plan.md", verb) }
        case "tasks":
            guard let tasks = feature.tasks else { return }
            let done = tasks.document?.tasks.count(where: \.isDone) ?? 0
            guard done == 0 else {
                throw Failure(
                    .failed,
                    "\(tasks.path) has \(done) ticked \(done == 1 ? "task" : "tasks"), which writing it anew would lose: add what is missing with vencejo specs converge \(feature.label)"
                )
            }
            guard again else { throw exists("tasks.md", verb) }
        case "converge":
            guard let tasks = feature.tasks else {
                throw Failure(
                    .failed, "\(feature.name) has no tasks.md yet: write it with vencejo specs tasks \(feature.label)")
            }
            try refuse(tasks.path, tasks.errors)
        default: break
        }
    }

    private func refuse(_ path: String, _ errors: [Diagnostic]) throws {
        guard let fault = errors.first else { return }
        throw Failure(.failed, "\(path)\(fault.line.map { ":\($0)" } ?? ""): \(fault.message) \(fault.fix)")
    }

    private func exists(_ name: String, _ verb: String) -> Failure {
        Failure(
            .failed,
            "\(feature.folder)/\(name) is there already: edit it, or have it written anew with vencejo specs \(verb) \(feature.label) --again"
        )
    }

    /// Everything that keeps the feature from being built, one finding a line; empty where nothing does.
    func errors(with constitution: Constitution?) -> [String] {
        var found = feature.diagnostics.filter { $0.severity == .error }.map {
            "\(feature.folder): \($0.message) \($0.fix)"
        }
        for (path, document, errors) in [
            (feature.spec?.path, feature.spec?.document != nil, feature.spec?.errors),
            (feature.plan?.path, feature.plan?.document != nil, feature.plan?.errors),
            (feature.tasks?.path, feature.tasks?.document != nil, feature.tasks?.errors),
        ] {
            guard let path, !document, let fault = errors?.first else { continue }
            found.append("\(path)\(fault.line.map { ":\($0)" } ?? ""): \(fault.message) \(fault.fix)")
        }
        found += Analysis(feature.documents(constitution: constitution)).errors.map { "\(feature.folder)/\($0)" }
        return found
    }
}
