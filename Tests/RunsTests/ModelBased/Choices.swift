/// The decisions behind a random history, recorded so that a history can be told again, in whole or cut down.
///
/// 0 is the simplest outcome of every decision: a history with choices cut away or made smaller is a simpler one.
struct Choices {
    private(set) var taken: [Int] = []
    private let told: [Int]?
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
        told = nil
    }

    init(telling choices: [Int]) {
        state = 0
        told = choices
    }

    /// A number from 0 to below `count`.
    mutating func pick(_ count: Int) -> Int {
        let value: Int
        if let told {
            value = taken.count < told.count ? min(told[taken.count], count - 1) : 0
        } else {
            value = Int(next() % UInt64(count))
        }
        taken.append(value)
        return value
    }

    mutating func pick<Element>(from elements: [Element]) -> Element { elements[pick(elements.count)] }

    mutating func chance(_ percent: Int) -> Bool { pick(100) >= 100 - percent }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Makes a list of choices smaller as long as what it leads to still fails.
enum Shrinker {
    static func shrink(_ choices: [Int], tries limit: Int = 4_000, _ fails: ([Int]) -> Bool) -> [Int] {
        var best = choices
        var tries = 0
        func attempt(_ candidate: [Int]) -> Bool {
            tries += 1
            guard tries <= limit, fails(candidate) else { return false }
            best = candidate
            return true
        }
        var before: [Int] = []
        while before != best, tries < limit {
            before = best
            var size = max(1, best.count / 2)
            while size >= 1 {
                var start = 0
                while start < best.count, tries < limit {
                    var candidate = best
                    candidate.removeSubrange(start..<min(start + size, best.count))
                    if !attempt(candidate) { start += size }
                }
                size /= 2
            }
            for place in best.indices where place < best.count && best[place] > 0 {
                for smaller in [0, best[place] / 2, best[place] - 1] where place < best.count && smaller < best[place] {
                    var candidate = best
                    candidate[place] = smaller
                    if attempt(candidate) { break }
                }
            }
        }
        return best
    }
}
