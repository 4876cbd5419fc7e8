import JSON
import Testing

/// SplitMix64: the same seed gives the same cases everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct JSONFuzzTests {
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `Reading gives back any value that was written`(seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<1000 {
            let value = Self.value(depth: 4, &random)
            for style in [JSONStyle.compact, .pretty, .canonical] {
                let text = value.text(style)
                let read = try JSONValue(parsing: text)
                #expect(read == value)
                #expect(read.text(style) == text)
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `Reading damaged texts fails without a trap`(seed: UInt64) throws {
        var random = Seeded(seed &* 977)
        let interesting = Array(#"{}[]",:\u0d8DcCe+-.019tfn"#.utf8) + [0, 0x0A, 0x20, 0x80, 0xC3, 0xE2, 0xF0, 0xFF]
        var refused = 0
        for _ in 0..<1500 {
            var bytes = Self.value(depth: 3, &random).bytes()
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.removeSubrange(place...)
                case 2: bytes[place] = interesting.randomElement(using: &random) ?? 0
                default: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: place)
                }
            }
            do {
                let value = try JSONValue(parsing: bytes)
                #expect(try JSONValue(parsing: value.bytes()) == value)
            } catch {
                refused += 1
                let location = try #require(error.location)
                #expect((0...bytes.count).contains(location.byteOffset))
            }
        }
        #expect(refused > 500)
    }

    private static func value(depth: Int, _ random: inout Seeded) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 3:
            let number = Double(bitPattern: random.next())
            return .number(number.isFinite ? number : 0.5)
        case 4: return .number(Double(Int.random(in: -10_000_000...10_000_000, using: &random)) / 1000)
        case 5, 6: return .string(string(&random))
        case 7:
            return .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                object[string(&random)] = value(depth: depth - 2, &random)
            }
            return .object(object)
        }
    }

    private static func string(_ random: inout Seeded) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x3000, 0x110000].randomElement(using: &random) ?? 0x80
            let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? "\u{2028}"
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
