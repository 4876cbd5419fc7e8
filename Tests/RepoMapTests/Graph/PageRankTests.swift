import Testing

@testable import RepoMap

@Suite("Page rank")
struct PageRankTests {
    private func ranks(_ edges: [[(Int, Double)]], seeds: [Double]? = nil) -> [Double] {
        var starts = [0]
        var targets: [Int32] = []
        var weights: [Double] = []
        for list in edges {
            for (target, weight) in list {
                targets.append(Int32(target))
                weights.append(weight)
            }
            starts.append(targets.count)
        }
        return PageRank(starts: starts, targets: targets, weights: weights)
            .ranks(seeds: seeds ?? Array(repeating: 1, count: edges.count))
    }

    private func isClose(_ ranks: [Double], _ expected: [Double]) -> Bool {
        ranks.count == expected.count && zip(ranks, expected).allSatisfy { abs($0 - $1) < 1e-7 }
    }

    @Test("of a ring is even")
    func ring() {
        #expect(isClose(ranks([[(1, 1)], [(2, 1)], [(0, 1)]]), [1.0 / 3, 1.0 / 3, 1.0 / 3]))
    }

    @Test("of two nodes where one has no edges is as worked out by hand")
    func dangling() {
        // a = 0.15/2 + 0.85·b/2 and a + b = 1, so a = 0.5/1.425.
        #expect(isClose(ranks([[(1, 1)], []]), [0.5 / 1.425, 0.925 / 1.425]))
    }

    @Test("follows the weights of the edges")
    func weights() {
        // From 0 a quarter goes to 1 and three quarters to 2; both lead back. r0 = 0.05 + 0.85·(1 − r0).
        let first = 0.9 / 1.85
        let expected = [first, 0.05 + 0.85 * first / 4, 0.05 + 0.85 * first * 3 / 4]
        #expect(isClose(ranks([[(1, 1), (2, 3)], [(0, 1)], [(0, 1)]]), expected))
    }

    @Test("starts at the seeds alone")
    func seeds() {
        // All starts at 0, which leads to 1 and 1 back: r0 = 0.15 + 0.85·r1. What nothing leads to has none.
        let expected = [1 / 1.85, 0.85 / 1.85, 0]
        #expect(isClose(ranks([[(1, 1)], [(0, 1)], [(0, 1)]], seeds: [5, 0, 0]), expected))
    }

    @Test("sums up to one", arguments: [1, 2, 17, 100])
    func sum(count: Int) {
        let edges = (0..<count).map { node in
            (0..<node % 5).map { (((node * 7 + $0 * 13) % count), Double($0 + 1)) }
        }
        #expect(abs(ranks(edges).reduce(0, +) - 1) < 1e-9)
    }

    @Test("of nothing is nothing")
    func empty() { #expect(ranks([]) == []) }
}
