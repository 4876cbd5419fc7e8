import Conversation
import Gateway
import Synchronization
import Timekeeping

/// A caller over staged providers, with its clock, its waits and its purse.
struct CallBench: Sendable {
    let clock: ManualClock
    let health: DeploymentHealth
    let waits: Waits
    let purse: Purse
    let caller: ModelCaller
    private let heard = Heard()

    /// What was passed on.
    final class Heard: Sendable {
        private let events = Mutex<[ModelEvent]>([])
        var text: String {
            events.withLock { $0.map { if case .text(let text) = $0 { text } else { "" } }.joined() }
        }
        func add(_ event: ModelEvent) { events.withLock { $0.append(event) } }
    }

    /// - Parameter isOver: which waits come to an end; by default those between rounds, and no others.
    init(
        retries: RetryPolicy = .standard, times: CallTimes = CallTimes(), purse: Purse = Purse(),
        isOver: @escaping @Sendable (Duration) -> Bool = { $0 <= .seconds(10) }
    ) {
        let clock = ManualClock()
        let waits = Waits(clock, isOver: isOver)
        self.clock = clock
        self.waits = waits
        self.purse = purse
        health = DeploymentHealth(clock: clock.wall)
        caller = ModelCaller(
            health: health, retries: retries, times: times, clock: clock.wall, jitter: .none,
            sleep: { try await waits.sleep($0) })
    }

    var text: String { heard.text }

    static func candidate(_ keys: StagedProvider..., patience: Duration? = nil) -> Candidate {
        candidate(keys, patience: patience)
    }

    static func candidate(_ keys: [any ModelProvider], patience: Duration? = nil) -> Candidate {
        let name = keys.first?.name ?? ""
        let request = ModelRequest(
            model: "m", system: "You help.", messages: [.user("Hi.")], maxOutputTokens: 100,
            purpose: .init(agent: "a", step: "s", turn: 1))
        return Candidate(
            model: ModelName(provider: name, model: "m"), keys: keys, request: request, inputTokens: 40,
            patience: patience)
    }

    func send(_ candidates: Candidate...) async throws -> CallResult {
        try await caller.send(candidates, accounting: purse) { [heard] in heard.add($0) }
    }

    func ask(_ candidates: Candidate...) async throws -> (result: CallResult, reply: ModelReply?) {
        try await caller.ask(candidates, accounting: purse)
    }
}
