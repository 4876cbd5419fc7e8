import AgentRuntime
import Conversation
import Gateway
import Money
import Runs

/// Says before anything is built what building it may cost.
struct CostEstimator: Sendable {
    var context: StepContext

    /// What one task was seen to use, between a plain one and one that needs several attempts.
    ///
    /// Most of the input is the same prefix turn after turn, which providers charge as a cache read.
    static let plain = Usage(input: 20_000, output: 3_000, cacheRead: 60_000, cacheWrite: 15_000)
    static let hard = Usage(input: 80_000, output: 15_000, cacheRead: 500_000, cacheWrite: 60_000)

    func estimate(tasks: Int) throws -> CostEstimate {
        let agent = try context.agents.agent(named: "developer")
        let model = try context.models(agent, context.run.mode)
        guard let card = context.gateway.card(of: model) else {
            return CostEstimate(low: .zero, high: .zero, basis: "no price is known for \(model)")
        }
        let low = card.prices.cost(of: Self.plain)
        let high = card.prices.cost(of: Self.hard)
        return CostEstimate(
            low: USD(micros: low.micros * Int64(tasks)), high: USD(micros: high.micros * Int64(tasks)),
            basis: "\(tasks) tasks of 100 to 650 thousand tokens at the prices of \(model)")
    }
}
