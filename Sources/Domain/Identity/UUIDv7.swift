package import Timekeeping

/// A UUID of version 7 (RFC 9562): 48 bits of Unix milliseconds, then a counter and random bits, so that ids sort by age.
package struct UUIDv7: Sendable, Hashable {
    /// The first eight bytes: the time, the version and the counter.
    let high: UInt64
    /// The last eight bytes: the variant and 62 random bits.
    let low: UInt64

    /// Lays the fields out; what does not fit its field is cut off.
    init(milliseconds: Int64, counter: UInt16, random: UInt64) {
        high = UInt64(truncatingIfNeeded: milliseconds) << 16 | 0x7000 | UInt64(counter & 0xFFF)
        low = 0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF
    }

    /// Reads the canonical text: 36 characters, hyphens in place, lowercase, version 7.
    package init?(_ text: String) {
        var parts: (high: UInt64, low: UInt64) = (0, 0)
        var count = 0
        for (place, byte) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(place) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            guard count < 32 else { return nil }
            if count < 16 {
                parts.high = parts.high << 4 | UInt64(digit)
            } else {
                parts.low = parts.low << 4 | UInt64(digit)
            }
            count += 1
        }
        guard count == 32, parts.high & 0xF000 == 0x7000, parts.low >> 62 == 0b10 else { return nil }
        (high, low) = parts
    }

    /// When the id was made, by the clock of its source.
    package var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }
}

extension UUIDv7: Comparable {
    package static func < (left: UUIDv7, right: UUIDv7) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UUIDv7: CustomStringConvertible {
    /// The canonical text in lowercase.
    package var description: String { text(separator: UInt8(ascii: "-")) }

    /// The 32 digits alone.
    package var digits: String { text(separator: nil) }

    private func text(separator: UInt8?) -> String {
        String(unsafeUninitializedCapacity: 36) { bytes in
            var place = 0
            for number in 0..<32 {
                if let separator, number == 8 || number == 12 || number == 16 || number == 20 {
                    bytes[place] = separator
                    place += 1
                }
                let word = number < 16 ? high : low
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - number % 16 * 4)) & 0xF
                bytes[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                place += 1
            }
            return place
        }
    }
}
