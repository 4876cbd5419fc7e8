import JSON
package import Secrets

/// Runs the hooks of a moment, one after the other, and reads their answers.
///
/// Exit status 0 lets things go on, 2 blocks with what was printed on standard error as the reason; any other status and a
/// time-out are reported and let things go on. On standard output a hook may print `{"block": true, "reason": …}` or
/// `{"add": …}`.
package struct HookRunner: Sendable {
    package var hooks: [Hook]
    private let redactor: Redactor
    private let shell: Shell

    /// Runs a command line; throws where it cannot be run at all, and `CancellationError`.
    package typealias Shell = @Sendable (Process) async throws -> Ending

    /// A hook about to be run.
    package struct Process: Sendable, Hashable {
        package var commandLine: String
        package var input: String
        package var timeLimit: Duration
        package var isConfined: Bool
        package var owner: Hook.Owner
    }

    /// How a hook ended, and what it printed.
    package enum Ending: Sendable, Hashable {
        case exited(Int32, output: String, errors: String)
        case signaled(Int32)
        case timedOut
    }

    package init(hooks: [Hook], redactor: Redactor = Redactor(), shell: @escaping Shell) {
        self.hooks = hooks
        self.redactor = redactor
        self.shell = shell
    }

    /// No hooks at all.
    package static let none = HookRunner(hooks: []) { _ in .exited(0, output: "", errors: "") }

    /// Asks the hooks that are for this call, in their order, until one blocks.
    package func ask(_ call: HookCall) async throws -> HookVerdict {
        var verdict = HookVerdict()
        for hook in hooks where hook.moment == call.moment && hook.matches(tool: call.tool, command: call.command) {
            let answer = try await answer(of: hook, to: call)
            verdict.reports.append(answer.report)
            if let addition = answer.addition { verdict.additions.append(addition) }
            guard answer.report.outcome != .blocked else {
                verdict.block = .init(hook: hook.name, reason: answer.report.detail)
                break
            }
        }
        return verdict
    }

    private typealias Answer = (report: HookVerdict.Report, addition: String?)

    private func answer(of hook: Hook, to call: HookCall) async throws -> Answer {
        let process = Process(
            commandLine: hook.run, input: redactor.redact(call.json.text()) + "\n", timeLimit: hook.timeLimit,
            isConfined: hook.isConfined, owner: hook.owner)
        func failed(_ detail: String) -> Answer { (.init(hook: hook.name, outcome: .failed, detail: detail), nil) }
        let ending: Ending
        do {
            ending = try await shell(process)
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            return failed("it could not be run: \(error)")
        }
        switch ending {
        case .timedOut:
            return failed("it did not end within \(hook.timeLimit.components.seconds) seconds")
        case .signaled(let number):
            return failed("it was ended by signal \(number)")
        case .exited(2, _, let errors):
            let reason = Self.brief(redactor.redact(errors))
            return (.init(hook: hook.name, outcome: .blocked, detail: reason.isEmpty ? "no reason given" : reason), nil)
        case .exited(0, let output, _):
            return read(output, of: hook)
        case .exited(let status, let output, let errors):
            let said = Self.brief(redactor.redact(errors.isEmpty ? output : errors))
            return failed("exit status \(status)\(said.isEmpty ? "" : ": \(said)")")
        }
    }

    private func read(_ output: String, of hook: Hook) -> Answer {
        let text = redactor.redact(Self.brief(output, limit: Self.longestAddition))
        // Whoever prints something else than an object has nothing to say to us.
        guard text.hasPrefix("{") else { return (.init(hook: hook.name, outcome: .passed, detail: ""), nil) }
        guard let object = try? JSONValue(parsing: text) else {
            return (.init(hook: hook.name, outcome: .failed, detail: "its output is not valid JSON"), nil)
        }
        let addition = object["add"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        if object["block"] == true {
            let reason = object["reason"]?.stringValue ?? ""
            return (
                .init(hook: hook.name, outcome: .blocked, detail: reason.isEmpty ? "no reason given" : reason), addition
            )
        }
        return (.init(hook: hook.name, outcome: .passed, detail: addition ?? ""), addition)
    }

    private static let longestAddition = 64 << 10

    /// Without white space around it, and not longer than an agent should be told.
    private static func brief(_ text: String, limit: Int = 4000) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest.count > limit ? "\(rest.prefix(limit))…" : String(rest)
    }
}
