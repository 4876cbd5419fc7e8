package import Identity
package import Timekeeping

/// One thing that money is counted for: a scope and which one of its kind.
package struct BudgetAccount: Sendable, Hashable, Codable {
    package var scope: BudgetScope
    /// Which one it is.
    ///
    /// The run's id (of single calls, too), `RUN/STEP`, the day as `2026-11-21`, the month as `2026-11`, the project's
    /// path, the user, the key's name.
    package var name: String

    package init(_ scope: BudgetScope, _ name: String) {
        self.scope = scope
        self.name = name
    }

    package static func call(of run: RunID) -> BudgetAccount { BudgetAccount(.call, run.string) }
    package static func run(_ run: RunID) -> BudgetAccount { BudgetAccount(.run, run.string) }
    /// The step that a sub-agent's step belongs to: `task/T001/agent/1` spends for `task/T001`, `check/eu` for itself.
    package static func task(_ step: StepKey, of run: RunID) -> BudgetAccount {
        let parts = step.rawValue.split(separator: "/")
        let end = parts.first == "task" ? min(2, parts.count) : parts.firstIndex(of: "agent") ?? parts.count
        let root = parts.prefix(max(1, end)).joined(separator: "/")
        return BudgetAccount(.task, "\(run)/\(root)")
    }
    /// The day in UTC that a time lies in.
    package static func day(_ time: Timestamp) -> BudgetAccount {
        BudgetAccount(.day, String(time.iso8601.prefix(10)))
    }
    /// The calendar month in UTC that a time lies in.
    package static func month(_ time: Timestamp) -> BudgetAccount {
        BudgetAccount(.month, String(time.iso8601.prefix(7)))
    }

    /// When the next account of the scope begins at zero, nil where none does.
    package var resetsAt: Timestamp? {
        switch scope {
        case .day:
            return Timestamp(iso8601: "\(name)T00:00:00Z").map { $0 + .seconds(86_400) }
        case .month:
            let parts = name.split(separator: "-").compactMap { Int($0) }
            guard parts.count == 2 else { return nil }
            let (year, month) = parts[1] == 12 ? (parts[0] + 1, 1) : (parts[0], parts[1] + 1)
            let padded = (year < 1000 ? String(repeating: "0", count: 4 - "\(year)".count) : "") + "\(year)"
            return Timestamp(iso8601: "\(padded)-\(month < 10 ? "0" : "")\(month)-01T00:00:00Z")
        case .call, .task, .run, .project, .user, .key:
            return nil
        }
    }
}

extension BudgetAccount: CustomStringConvertible {
    /// For a sentence: `the day 2026-11-21 (UTC)`, `task T003`, `the key work`.
    package var description: String {
        switch scope {
        case .call: "one call"
        case .task:
            name.split(separator: "/").count > 2
                ? "task \(name.split(separator: "/").last ?? "")" : "step \(name.split(separator: "/").last ?? "")"
        case .run: "the run"
        case .day: "the day \(name) (UTC)"
        case .month: "the month \(name) (UTC)"
        case .project: "the project \(name)"
        case .user: "the user \(name)"
        case .key: "the key \(name)"
        }
    }
}
