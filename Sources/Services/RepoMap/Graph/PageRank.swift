/// The share of visits that each node of a weighted graph gets from a walker who follows edges and at times starts anew.
///
/// Sums are made in the order of the nodes and edges, so the same graph gives the same bits.
struct PageRank: Sendable {
    /// Edges by their source: those of node `n` are at `starts[n]..<starts[n + 1]`.
    var starts: [Int]
    var targets: [Int32]
    /// Positive.
    var weights: [Double]

    /// Follows an edge with this probability.
    static let damping = 0.85
    private static let rounds = 100
    private static let tolerance = 1e-9

    /// The ranks, which sum up to 1; `seeds` says where the walker starts, evenly where they are all zero.
    ///
    /// From a node without edges the walker starts anew.
    func ranks(seeds: [Double]) -> [Double] {
        let count = starts.count - 1
        guard count > 0 else { return [] }
        let sum = seeds.reduce(0, +)
        let start = sum > 0 ? seeds.map { $0 / sum } : Array(repeating: 1 / Double(count), count: count)
        var totals = Array(repeating: 0.0, count: count)
        for node in 0..<count { for edge in starts[node]..<starts[node + 1] { totals[node] += weights[edge] } }
        var ranks = start
        for _ in 0..<Self.rounds {
            var next = Array(repeating: 0.0, count: count)
            var dangling = 0.0
            for node in 0..<count {
                guard totals[node] > 0 else {
                    dangling += ranks[node]
                    continue
                }
                let share = Self.damping * ranks[node] / totals[node]
                for edge in starts[node]..<starts[node + 1] { next[Int(targets[edge])] += share * weights[edge] }
            }
            let anew = 1 - Self.damping + Self.damping * dangling
            var change = 0.0
            for node in 0..<count {
                next[node] += anew * start[node]
                change += abs(next[node] - ranks[node])
            }
            ranks = next
            if change < Self.tolerance { break }
        }
        return ranks
    }
}
