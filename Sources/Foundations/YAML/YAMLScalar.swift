/// The value of a scalar by YAML 1.2's core schema: `no`, `on`, `1_000` and dates are text.
package enum YAMLScalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    /// Also whole numbers beyond 64 bits, rounded.
    case double(Double)
    case string(String)

    /// What a scalar without quotes stands for.
    package init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .bool(true)
        case "false", "False", "FALSE": self = .bool(false)
        case ".nan", ".NaN", ".NAN": self = .double(.nan)
        default: self = Self.number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> YAMLScalar? {
        // Most scalars are words; no number begins like one.
        guard let first = text.utf8.first, first < 0x3A else { return nil }
        let bytes = Array(text.utf8)
        if text.hasPrefix("0x") { return whole(bytes.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return whole(bytes.dropFirst(2), radix: 8) }
        let isNegative = bytes.first == UInt8(ascii: "-")
        let unsigned = isNegative || bytes.first == UInt8(ascii: "+") ? bytes[1...] : bytes[...]
        if [".inf", ".Inf", ".INF"].contains(String(decoding: unsigned, as: UTF8.self)) {
            return .double(isNegative ? -.infinity : .infinity)
        }
        guard let isWhole = isWholeDecimal(unsigned) else { return nil }
        if isWhole, let value = Int(text) { return .int(value) }
        // Swift's own reading wants a digit on either side of the point.
        let padded = unsigned.first == UInt8(ascii: ".") ? "0" + String(decoding: unsigned, as: UTF8.self) : nil
        let digits = padded ?? String(decoding: unsigned, as: UTF8.self)
        let complete = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "0" : $0.first.map { "eE".contains($0) } == true ? "0\($0)" : String($0) }
        return Double(complete.joined(separator: ".")).map { .double(isNegative ? -$0 : $0) }
    }

    private static func whole(_ digits: ArraySlice<UInt8>, radix: Int) -> YAMLScalar? {
        let text = String(decoding: digits, as: UTF8.self)
        let values = text.compactMap(\.hexDigitValue)
        guard !values.isEmpty, values.count == digits.count, values.allSatisfy({ $0 < radix }) else { return nil }
        if let value = Int(text, radix: radix) { return .int(value) }
        return .double(values.reduce(0) { $0 * Double(radix) + Double($1) })
    }

    /// Whether digits are a whole number, or one with a fraction or an exponent; nil for neither.
    private static func isWholeDecimal(_ bytes: ArraySlice<UInt8>) -> Bool? {
        var rest = bytes
        func takeDigits() -> Int {
            let digits = rest.prefix { (0x30...0x39).contains($0) }.count
            rest = rest.dropFirst(digits)
            return digits
        }
        var digits = takeDigits()
        if rest.isEmpty { return digits > 0 ? true : nil }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            digits += takeDigits()
        }
        guard digits > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return nil }
        }
        return rest.isEmpty ? false : nil
    }
}
