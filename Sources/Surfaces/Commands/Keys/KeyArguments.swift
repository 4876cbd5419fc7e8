import CommandLineKit
import Keys
import Money
import ServedCalls
import Timekeeping

/// Reads the options that say what a new key may.
struct KeyArguments: Sendable {
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func order(named name: String, now: Timestamp) throws -> KeyOrder {
        KeyOrder(
            name: name, user: try word("--user"), project: try word("--project"),
            models: arguments.values("--models").flatMap { $0.split(separator: ",").map(String.init) },
            budgets: .init(
                total: try money("--budget"), day: try money("--budget-day"), month: try money("--budget-month")),
            rates: .init(
                requestsPerMinute: try number("--rpm"), tokensPerMinute: try number("--tpm"),
                concurrent: try number("--concurrent")),
            isOperator: arguments.flag("--operator"),
            expiresAt: try arguments.value("--expires").map { try Self.time($0, now: now) })
    }

    private func word(_ option: String) throws -> String? {
        guard let value = arguments.value(option) else { return nil }
        guard value.contains(where: { !$0.isWhitespace }) else {
            throw Failure(.usage, "\(option) is empty: give a name, or leave it out")
        }
        return value
    }

    private func money(_ option: String) throws -> USD? {
        guard let value = arguments.value(option) else { return nil }
        guard let amount = USD(parsing: value), amount >= .zero else {
            throw Failure(.usage, "\(option) takes an amount in US dollars such as 5 or 0.50, not '\(value)'")
        }
        return amount
    }

    private func number(_ option: String) throws -> Int? {
        guard let value = arguments.value(option) else { return nil }
        guard let number = Int(value), number > 0 else {
            throw Failure(.usage, "\(option) takes a whole number from 1 on, not '\(value)'")
        }
        return number
    }

    /// A day, of which the key is good until its end; a time; or a span from now in days, hours or minutes.
    static func time(_ text: String, now: Timestamp) throws -> Timestamp {
        if let time = Timestamp(iso8601: text) { return time }
        if text.utf8.count == 10, let day = Timestamp(iso8601: "\(text)T00:00:00Z") { return day + .seconds(86_400) }
        let units: [Character: Int] = ["d": 86_400, "h": 3_600, "m": 60]
        if let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), (1...100_000).contains(count)
        {
            return now + .seconds(count * unit)
        }
        throw Failure(
            .usage,
            "--expires takes a day such as 2026-12-31, a time such as 2026-12-31T18:00:00Z or a span such as 90d, "
                + "not '\(text)'")
    }
}
