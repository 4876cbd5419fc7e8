import CommandLineKit
import Gateway
import JSON
import Money
import Runs
import Settings
import Terminal
import Workbench

/// `vencejo models explain`: which model would be asked, which after it, and why no other.
struct ModelsExplainCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        // Outside a repository the user's own settings are what counts.
        let project = try await Repository.root(around: context.directory)
        let settings = try context.settings(project)
        let setup = try await context.models(settings)
        let request = try request(arguments, usual: settings.mode)
        let decision = setup.router.decide(request)
        if decision.isOfNothing, decision.rejected.isEmpty {
            // The sentence that every command gives that finds no model.
            _ = try setup.choose(request.role ?? "developer", nil, request.mode.rawValue)
        }
        context.output.result(json(decision, request), text: text(decision, request, setup))
        return decision.chosen == nil ? .failed : .done
    }

    // MARK: - The question

    private func request(_ arguments: ParsedArguments, usual: Mode) throws -> RoutingRequest {
        let role = arguments.value("--role")
        let words = arguments.positionals("REQUEST").joined(separator: " ")
        var kind = role.map { TaskKind.of(StepKey(rawValue: ""), agent: $0) } ?? .code
        if let typed = arguments.value("--kind") {
            guard let known = TaskKind(rawValue: typed) else {
                throw Failure(.usage, "--kind is one of \(Self.kinds.joined(separator: ", ")), not '\(typed)'")
            }
            kind = known
        }
        var tokens = 0
        if let typed = arguments.value("--tokens") {
            guard let count = Int(typed), (0...1_000_000_000).contains(count) else {
                throw Failure(.usage, "--tokens takes a number of tokens, such as 50000, not '\(typed)'")
            }
            tokens = count
        }
        var needs: Set<ModelCapability> = kind == .embed ? [] : [.tools]
        if arguments.flag("--images") { needs.insert(.images) }
        return RoutingRequest(
            role: role, kind: kind, complexity: words.isEmpty ? 50 : Complexity.estimate(words),
            contextTokens: tokens, outputTokens: kind == .embed ? 0 : 16_384, needs: needs,
            mode: arguments.value("--mode").flatMap { Mode(rawValue: $0) } ?? usual)
    }

    static let kinds = TaskKind.allCases.map(\.rawValue)

    // MARK: - The answer

    private func text(_ decision: RoutingDecision, _ request: RoutingRequest, _ setup: ModelSetup) -> String {
        let style = context.output.style
        let width = min(context.output.width, 100)
        var head = ["\(style.bold("rule"))   \(decision.rule)\(decision.tier.map { " → \($0.rawValue)" } ?? "")"]
        head.append(
            decision.chosen.map { "\(style.bold("ask"))    \($0.model)" }
                ?? "\(style.red("✗")) \(decision.refusal ?? "no model is configured")")
        var table = TextTable(columns: [
            .init("", alignment: .right), .init("MODEL", alignment: .left, isFlexible: true), .init("TIER"),
            .init("AT MOST", alignment: .right), .init("WHY"),
        ])
        // The reasons are wrapped rather than cut.
        let longest =
            (decision.candidates.map(\.model) + decision.rejected.map(\.model)).map { "\($0)".count }.max() ?? 0
        let room = max(24, width - 2 - 8 - 9 - 8 - min(longest, 30))
        func add(_ mark: String, _ model: ModelName, _ tier: ModelTier?, _ most: String, _ why: String) {
            for (index, line) in why.sanitized.wrapped(toWidth: room).enumerated() {
                table.add(
                    row: index == 0 ? [mark, "\(model)", tier?.rawValue ?? "", most, line] : ["", "", "", "", line])
            }
        }
        for (index, candidate) in decision.candidates.enumerated() {
            add(
                "\(index + 1)", candidate.model, candidate.tier, candidate.ceiling.map { "\($0)" } ?? "unknown",
                candidate.because + unknown(candidate.model, setup))
        }
        for rejection in decision.rejected {
            add("✗", rejection.model, rejection.tier, "", "\(rejection.reason)" + unknown(rejection.model, setup))
        }
        let rows =
            decision.candidates.isEmpty && decision.rejected.isEmpty
            ? [] : [""] + table.lines(width: width, style: style)
        return (head + rows).joined(separator: "\n")
    }

    /// That neither the catalogue nor the configuration knows the model, with the one that was probably meant.
    private func unknown(_ model: ModelName, _ setup: ModelSetup) -> String {
        guard setup.catalogue.entry(of: model)?.source == nil, !setup.catalogue.isFree(model.provider) else {
            return ""
        }
        let nearest = setup.catalogue.nearest(to: model).map { "; did you mean '\($0)'?" } ?? ""
        return " (not in the catalogue\(nearest))"
    }

    private func json(_ decision: RoutingDecision, _ request: RoutingRequest) -> JSONValue {
        [
            "rule": .string(decision.rule), "tier": decision.tier.map { .string($0.rawValue) } ?? .null,
            "chosen": decision.chosen.map { .string("\($0.model)") } ?? .null,
            "refusal": decision.refusal.map { .string($0) } ?? .null,
            "request": [
                "role": request.role.map { .string($0) } ?? .null, "kind": .string(request.kind.rawValue),
                "mode": .string(request.mode.rawValue), "complexity": .integer(Int64(request.complexity)),
                "tokens": .integer(Int64(request.contextTokens)),
                "needs": .array(request.needs.sorted().map { .string($0.rawValue) }),
            ],
            "candidates": .array(
                decision.candidates.map {
                    [
                        "model": .string("\($0.model)"), "tier": $0.tier.map { .string($0.rawValue) } ?? .null,
                        "because": .string($0.because),
                        "at_most_usd_micros": $0.ceiling.map { .integer($0.micros) } ?? .null,
                    ]
                }),
            "rejected": .array(
                decision.rejected.map {
                    [
                        "model": .string("\($0.model)"), "tier": $0.tier.map { .string($0.rawValue) } ?? .null,
                        "reason": .string($0.reason.code), "detail": .string("\($0.reason)"),
                    ]
                }),
        ]
    }
}
