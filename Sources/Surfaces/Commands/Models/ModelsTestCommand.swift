import CommandLineKit
import Conversation
import Gateway
import JSON
import Runs
import Settings
import Terminal
import Timekeeping
import Workbench

/// `vencejo models test [MODEL]`: one small call to each model in use.
struct ModelsTestCommand: Sendable {
    let context: CommandContext

    private struct Finding: Sendable {
        var model: ModelName
        var problem: String?
        var milliseconds: Int64
        var cost: String
    }

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        // Outside a repository the user's own settings are what counts.
        let project = try await Repository.root(around: context.directory)
        let settings = try context.settings(project)
        let setup = try await context.models(settings)
        var findings: [Finding] = []
        for model in try models(arguments.positional("MODEL"), setup, mode: settings.mode) {
            findings.append(try await test(model, setup))
        }
        context.output.result(
            .array(
                findings.map {
                    [
                        "model": .string("\($0.model)"), "ok": .bool($0.problem == nil),
                        "problem": $0.problem.map { .string($0) } ?? .null, "milliseconds": .integer($0.milliseconds),
                    ]
                }), text: findings.map(line).joined(separator: "\n"))
        return findings.allSatisfy { $0.problem == nil } ? .done : .failed
    }

    private func models(_ typed: String?, _ setup: ModelSetup, mode: Mode) throws -> [ModelName] {
        if let typed {
            guard let name = ModelName(typed) else {
                throw Failure(.usage, "'\(typed)' is no model; give provider/model, such as anthropic/claude-haiku-4-5")
            }
            return [name]
        }
        let roles = ["planner", "architect", "developer"]
        return Set(try roles.map { try setup.choose($0, nil, mode.rawValue) }).sorted { "\($0)" < "\($1)" }
    }

    private func test(_ model: ModelName, _ setup: ModelSetup) async throws -> Finding {
        guard let provider = setup.providers.first(where: { $0.name == model.provider }) else {
            let known = setup.providers.map(\.name).sorted().joined(separator: ", ")
            throw Failure(.usage, "no provider named '\(model.provider)' is configured (configured: \(known))")
        }
        let request = ModelRequest(
            model: model.model, system: "Answer with one word.", messages: [.user("Say ready.")], maxOutputTokens: 256,
            purpose: .init(agent: "models-test", step: "test", turn: 1))
        let begun = Timestamp.now()
        var assembler = ReplyAssembler()
        var problem: String?
        do {
            try await provider.send(request) { assembler.receive($0) }
        } catch let error as ModelError {
            problem = error.message
        }
        let cost =
            setup.catalogue.card(of: model).flatMap { card in
                card.prices.isKnown ? "\(card.prices.cost(of: assembler.usageSoFar))" : nil
            } ?? "price unknown"
        return Finding(
            model: model, problem: problem, milliseconds: Timestamp.now().milliseconds - begun.milliseconds, cost: cost)
    }

    private func line(_ finding: Finding) -> String {
        let style = context.output.style
        guard let problem = finding.problem else {
            return "\(style.green("✓")) \(finding.model) answered in \(finding.milliseconds) ms, \(finding.cost)"
        }
        return "\(style.red("✗")) \(finding.model): \(problem.sanitized)"
    }
}
