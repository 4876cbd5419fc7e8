/// SplitMix64.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func bool() -> Bool { Bool.random(using: &self) }
    mutating func maybe<T>(_ value: T) -> T? { bool() ? value : nil }

    /// A text that begins and ends with a letter and holds what writers must escape.
    mutating func text() -> String {
        let middle = ["<", "&", "\"", "'", ">", "é", "😀", " ", "\n", "\t", "]]>", "%41", "a", "/", ":", ",", "\\"]
        return "x" + (0..<int(0...8)).map { _ in middle.randomElement(using: &self) ?? "" }.joined() + "y"
    }
}
