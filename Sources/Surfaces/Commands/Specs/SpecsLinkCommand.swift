import CommandLineKit
import JSON
import SpecProofs
import Specs
import Terminal

/// `vencejo specs link`: records what is proven now.
struct SpecsLinkCommand: Sendable {
    let context: CommandContext

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await SpecsProject(context)
        guard project.repository != nil else {
            throw Failure(
                .usage, "\(project.root) is no git repository with commits, so nothing is proven there: commit once.")
        }
        let wanted = try project.features.find(all: arguments.positionals("FEATURE"))
        let proofs = try await ProjectProofs.read(
            project.features, in: project.repository, receipts: project.store)
        let recorder = try await LinkRecorder(project.features, in: project.repository)
        var outcomes: [LinkRecorder.Outcome] = []
        for feature in wanted {
            outcomes.append(
                try await recorder.record(proofs.proof(of: feature), claimed: arguments.flag("--claimed")))
        }
        context.output.result(
            ["features": .array(outcomes.map(json))],
            text: outcomes.isEmpty
                ? "There are no features here: specs/ has no folder such as 001-name."
                : outcomes.flatMap(lines).joined(separator: "\n"))
        return outcomes.contains { $0.refused.contains(where: \.isExpected) } ? .failed : .done
    }

    private func lines(_ outcome: LinkRecorder.Outcome) -> [String] {
        let style = context.output.style
        var lines: [String] = []
        let name = style.bold(outcome.feature.sanitized)
        var said: [String] = []
        if !outcome.proven.isEmpty { said.append(style.green("\(outcome.proven.count) proven")) }
        if !outcome.claimed.isEmpty { said.append(style.yellow("\(outcome.claimed.count) only claimed")) }
        let isAnything = !said.isEmpty || !outcome.dropped.isEmpty
        let file = outcome.isChanged ? "links.json written" : "links.json unchanged"
        lines.append(
            "\(name): \(said.isEmpty ? "nothing is proven" : "recorded \(said.joined(separator: ", "))")\(isAnything ? "; \(file)" : "")"
        )
        let links = outcome.links
        if !said.isEmpty {
            lines.append(
                style.dim(
                    "  \(links.tests.count) tests, \(links.tasks.count) tasks, \(links.commits.count) commits, \(links.symbols.count) symbols"
                ))
        }
        for id in outcome.dropped { lines.append("  dropped \(id): the specification has it no more") }
        for refusal in outcome.refused {
            let mark = refusal.isExpected ? style.red("not recorded") : style.dim("open")
            lines.append("  \(refusal.id) \(mark): \(refusal.reason.sanitized)")
        }
        return lines
    }

    private func json(_ outcome: LinkRecorder.Outcome) -> JSONValue {
        [
            "feature": .string(outcome.feature), "proven": .array(outcome.proven.map { .string($0) }),
            "claimed": .array(outcome.claimed.map { .string($0) }),
            "dropped": .array(outcome.dropped.map { .string($0) }), "changed": .bool(outcome.isChanged),
            "refused": .array(
                outcome.refused.map {
                    ["id": .string($0.id), "reason": .string($0.reason), "expected": .bool($0.isExpected)]
                }),
            "tests": .integer(Int64(outcome.links.tests.count)), "tasks": .integer(Int64(outcome.links.tasks.count)),
            "commits": .integer(Int64(outcome.links.commits.count)),
            "symbols": .integer(Int64(outcome.links.symbols.count)),
        ]
    }
}
