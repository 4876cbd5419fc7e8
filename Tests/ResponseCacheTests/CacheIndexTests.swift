import Crypto
import Testing

@testable import ResponseCache

@Suite struct CacheIndexTests {
    @Test("Any history leaves what a list would have", arguments: 0..<20)
    func histories(_ seed: UInt64) {
        var random = Numbers(seed)
        var index = CacheIndex()
        // The last used stands last.
        var list: [(key: SHA256Digest, entry: CacheIndex.Entry)] = []
        let keys = (0..<12).map { SHA256.hash("\($0)") }
        for step in 0..<600 {
            let key = keys[Int(random.next() % 12)]
            let place = list.firstIndex { $0.key == key }
            switch random.next() % 5 {
            case 0, 1:
                let entry = CacheIndex.Entry(
                    row: Int64(random.next() % 3), kind: .response, expiresAt: Int64(step), size: step)
                index.insert(entry, for: key)
                if let place { list.remove(at: place) }
                list.append((key, entry))
            case 2:
                index.use(key)
                if let place { list.append(list.remove(at: place)) }
            case 3:
                let removed = index.remove(key)
                #expect(removed == place.map { list.remove(at: $0).entry })
            default:
                index.setRow(99, for: key)
                if let place, list[place].entry.row == 0 { list[place].entry.row = 99 }
            }
            #expect(index.count == list.count)
            #expect(index.size == list.reduce(0) { $0 + $1.entry.size })
            #expect(index.leastUsed?.key == list.first?.key)
            #expect(index.leastUsed?.entry == list.first?.entry)
            for key in keys { #expect(index[key] == list.first { $0.key == key }?.entry) }
        }
    }
}

/// SplitMix64: numbers that depend on nothing but the seed.
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
