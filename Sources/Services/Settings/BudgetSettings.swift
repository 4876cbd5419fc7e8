import Money
import Runs
import YAML

/// Reads what the configuration says under `budgets`.
///
/// Of two files the smaller amount counts, so that a project cannot lift what its user has set.
enum BudgetSettings {
    private static let words = ["call", "task", "day", "month", "project", "user", "key", "alert"]

    static func read(_ node: ConfigurationNode, into limits: inout BudgetLimits) throws {
        for (name, value) in try node.entries(known: words + ["run"]) {
            if name == "run" { throw value.fault("is not set here: write limits.budget, or give --budget") }
            if name == "alert" {
                limits.alertPercent = try percent(value)
            } else if let scope = BudgetScope(rawValue: name) {
                let amount = try value.money()
                guard amount > .zero else {
                    throw value.fault("has to be above zero; leave it out where nothing is to be limited")
                }
                limits.amounts[scope] = min(amount, limits.amounts[scope] ?? amount)
            }
        }
    }

    private static func percent(_ node: ConfigurationNode) throws -> Int {
        if ["off", "false", "no"].contains(node.node.scalarText) { return 0 }
        guard let percent = node.node.int, (1...100).contains(percent) else {
            throw node.fault("has to be a percentage from 1 to 100, or off, not '\(node.node.scalarText ?? "")'")
        }
        return percent
    }
}
