import Hooks
import Identity
import JSON
import Runs
import Workbench
import Workflows

/// The engine's own steps: the plan's gate, the final check, a check in between, a commit.
struct EngineWork: Sendable {
    var context: StepContext
    var call: StepCall
    var step: EngineStep

    func perform() async throws -> StepResult {
        switch step {
        case .planGate: try await PlanGate(context: context, step: call.key).perform()
        case .finalCheck: try await FinalCheck(context: context, step: call.key).perform()
        case .verify: try await verify()
        case .tests: try await NamedTestsWork(context: context, call: call).perform()
        case .commit: try await commit()
        case .archive: try await ArchiveWork(context: context, call: call).perform()
        case .analyze: try await SpecChecks(context: context).analyze()
        case .drift: try await SpecChecks(context: context).drift()
        }
    }

    /// Says how the checks come out on the files as they are; a failed check is an answer, not a failure.
    private func verify() async throws -> StepResult {
        switch try await context.verify(call.key, attempt: call.attempt) {
        case .passed(let receipts):
            return .succeeded(
                StepSuccess(Self.outputs(true, receipts, output: ""), summary: "\(receipts.count) checks passed"))
        case .failed(let receipts):
            let output = receipts.filter { $0.outcome != .passed }
                .map { "$ \($0.command)\n\($0.excerpt)\n(\($0.outcomeInWords))" }.joined(separator: "\n\n")
            let names = receipts.filter { $0.outcome != .passed }.map(\.check).joined(separator: ", ")
            return .succeeded(
                StepSuccess(Self.outputs(false, receipts, output: output), summary: "did not pass: \(names)"))
        case .nothingToVerify(let reason):
            return .succeeded(
                StepSuccess(["passed": .null, "failed": [], "output": .string(reason)], summary: reason))
        }
    }

    private static func outputs(_ passed: Bool, _ receipts: [Receipt], output: String) -> JSONValue {
        [
            "passed": .bool(passed),
            "failed": .array(receipts.filter { $0.outcome != .passed }.map { .string($0.check) }),
            "output": .string(output), "receipts": .array(receipts.map { .string($0.id.string) }),
        ]
    }

    private func commit() async throws -> StepResult {
        let key = call.key.rawValue
        if let before = try await context.workspace.findCommit(trailer: "Vencejo-Step", value: key) {
            return Self.committed(before)
        }
        guard try await context.workspace.tree() != context.workspace.headTree() else {
            return .succeeded(StepSuccess(["commit": .null], summary: "nothing was changed"))
        }
        if let block = try await context.blockBeforeCommit(call.key, title: call.step.name) {
            return .failed(.refused, "step \(call.key) is not committed: \(block.text)")
        }
        return Self.committed(
            try await context.commit(call.step.name, body: context.run.request, trailers: [("Vencejo-Step", key)]))
    }

    private static func committed(_ commit: String) -> StepResult {
        .succeeded(
            StepSuccess(["commit": .string(commit)], summary: "commit \(commit.prefix(10))", commit: commit))
    }
}
