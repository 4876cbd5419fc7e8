import Synchronization

/// All series of one name: one for each combination of label values that was seen.
///
/// ```swift
/// let requests = registry.counter("vencejo_requests_total", help: "Requests.", labels: ["model"])
/// requests["gpt-5"].add()
/// ```
///
/// Whoever counts often keeps the series it was given: looking one up takes a lock.
package final class MetricFamily<Series: Sendable>: Sendable {
    package let name: String
    let help: String
    package let labels: [String]
    let limit: Int
    private let make: @Sendable () -> Series
    private let state = Mutex(State())

    private struct State {
        var series: [[String]: Series] = [:]
        var merged: UInt64 = 0
    }

    init(name: String, help: String, labels: [String], limit: Int, make: @escaping @Sendable () -> Series) {
        self.name = name
        self.help = help
        self.labels = labels
        self.limit = limit
        self.make = make
    }

    /// The series of these label values, in the order of the labels.
    ///
    /// When there are as many series as may be, all further combinations share the one whose values are all `other`.
    package subscript(values: String...) -> Series { series(values) }

    /// The same with the values in an array.
    package func series(_ values: [String]) -> Series {
        precondition(values.count == labels.count, "\(name) has the labels \(labels), not \(values.count) values")
        return state.withLock { state in
            if let known = state.series[values] { return known }
            if state.series.count >= limit {
                state.merged += 1
                let rest = Array(repeating: "other", count: labels.count)
                if let known = state.series[rest] { return known }
                let new = make()
                state.series[rest] = new
                return new
            }
            let new = make()
            state.series[values] = new
            return new
        }
    }

    /// Every series with its label values, in the order of these.
    var all: [(values: [String], series: Series)] {
        state.withLock { $0.series }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (values: $0.key, series: $0.value) }
    }

    /// How often a series was asked for that found no room.
    var merged: UInt64 { state.withLock { $0.merged } }
}
