/// Follows a JSON text that comes in fragments, and knows when its value is whole; linear.
package struct JSONBalance: Sendable {
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    private var hasBegun = false

    package init() {}

    /// Whether an object, an array or a string has begun and ended.
    package var isWhole: Bool { hasBegun && depth == 0 && !inString }

    package mutating func receive(_ fragment: String) {
        for byte in fragment.utf8 {
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                inString = true
                hasBegun = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                hasBegun = true
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
            default:
                break
            }
        }
    }
}
