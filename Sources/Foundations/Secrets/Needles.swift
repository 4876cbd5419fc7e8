/// The secrets to look for in all their spellings, found by their first byte.
struct Needles: Sendable {
    static let shortestSecret = 6

    /// For each first byte the places of its needles, the longest first.
    private let groups: [[[UInt8]]]

    init(_ secrets: [Secret]) {
        var spellings: Set<[UInt8]> = []
        for secret in secrets {
            secret.withValue { value in
                guard value.count >= Self.shortestSecret else { return }
                spellings.formUnion(Self.spellings(of: value))
            }
        }
        var groups = Array(repeating: [[UInt8]](), count: 256)
        for spelling in spellings {
            if let first = spelling.first { groups[Int(first)].append(spelling) }
        }
        self.groups = groups.map { $0.sorted { $0.count > $1.count } }
    }

    /// The length of the longest secret that begins there.
    func longestMatch(in text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int? {
        let group = groups[Int(text[place])]
        guard !group.isEmpty else { return nil }
        return group.first { needle in
            guard place + needle.count <= text.count else { return false }
            var index = 1
            while index < needle.count, text[place + index] == needle[index] { index += 1 }
            return index == needle.count
        }?.count
    }

    private static func spellings(of value: String) -> [[UInt8]] {
        let bytes = Array(value.utf8)
        var spellings = [bytes, percentEncoded(bytes, "0123456789ABCDEF"), percentEncoded(bytes, "0123456789abcdef")]
        spellings += [jsonEscaped(bytes)]
        let trimmed = bytes.drop { $0 <= 0x20 }
        spellings.append(Array(trimmed.prefix(trimmed.count - trimmed.reversed().prefix { $0 <= 0x20 }.count)))
        for alignment in 0..<3 {
            spellings += [base64(bytes, alignment, "+/"), base64(bytes, alignment, "-_")]
        }
        return spellings.filter { $0.count >= shortestSecret }
    }

    private static func percentEncoded(_ bytes: [UInt8], _ digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        return bytes.flatMap { byte -> [UInt8] in
            KeyShapes.isAlphanumeric(byte) || [UInt8]("-._~".utf8).contains(byte)
                ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func jsonEscaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""): Array("\\\"".utf8)
            case UInt8(ascii: "\\"): Array("\\\\".utf8)
            case 0x0A: Array("\\n".utf8)
            case 0x0D: Array("\\r".utf8)
            case 0x09: Array("\\t".utf8)
            default: [byte]
            }
        }
    }

    /// The Base64 digits that hold nothing but the secret where `alignment` bytes modulo 3 stand before it: the same
    /// whatever surrounds the secret.
    private static func base64(_ bytes: [UInt8], _ alignment: Int, _ lastTwo: String) -> [UInt8] {
        let alphabet = Array(("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + lastTwo).utf8)
        let padded = Array(repeating: 0, count: alignment) + bytes
        var digits: [UInt8] = []
        let firstBit = alignment * 8
        let endBit = padded.count * 8
        // A digit holds six bits; those with bits of a neighbour are left out.
        for bit in stride(from: (firstBit + 5) / 6 * 6, through: endBit - 6, by: 6) {
            let byte = bit / 8
            let pair = UInt16(padded[byte]) << 8 | (byte + 1 < padded.count ? UInt16(padded[byte + 1]) : 0)
            digits.append(alphabet[Int(pair >> (10 - UInt16(bit % 8)) & 63)])
        }
        return digits
    }
}
