/// An amount of money: whole millionths of a US dollar.
///
/// Sums and products stop at ±9.2 trillion dollars instead of trapping, so no input can bring a ledger down.
package struct USD: Sendable, Hashable {
    package var micros: Int64

    package init(micros: Int64) {
        self.micros = micros
    }

    package static let max = USD(micros: .max)

    /// Reads a decimal amount exactly: `2`, `2.00`, `$2`, `-$0.000001`; nil for anything else, for digits beyond the
    /// sixth decimal other than zero, and for what is too large.
    package init?(parsing text: String) {
        var rest = Substring(text).utf8
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        if rest.first == UInt8(ascii: "$") { rest.removeFirst() }
        let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        var decimals = parts.count == 2 ? Array(parts[1]) : []
        while decimals.count > 6, decimals.last == UInt8(ascii: "0") { decimals.removeLast() }
        guard decimals.count <= 6 else { return nil }
        decimals += Array(repeating: UInt8(ascii: "0"), count: 6 - decimals.count)
        var micros: Int64 = 0
        for byte in Array(parts[0]) + decimals {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tenfold, overflow) = micros.multipliedReportingOverflow(by: 10)
            let (sum, overflowOfSum) = tenfold.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !overflow, !overflowOfSum else { return nil }
            micros = sum
        }
        self.micros = isNegative ? -micros : micros
    }
}

extension USD: AdditiveArithmetic {
    package static let zero = USD(micros: 0)

    package static func + (left: USD, right: USD) -> USD {
        let (sum, overflow) = left.micros.addingReportingOverflow(right.micros)
        return USD(micros: overflow ? (right.micros < 0 ? .min : .max) : sum)
    }

    package static func - (left: USD, right: USD) -> USD {
        let (difference, overflow) = left.micros.subtractingReportingOverflow(right.micros)
        return USD(micros: overflow ? (right.micros < 0 ? .max : .min) : difference)
    }

    package static func * (amount: USD, factor: Int) -> USD {
        let (product, overflow) = amount.micros.multipliedReportingOverflow(by: Int64(factor))
        return USD(micros: overflow ? ((amount.micros < 0) == (factor < 0) ? .max : .min) : product)
    }
}

extension USD: Comparable {
    package static func < (left: USD, right: USD) -> Bool { left.micros < right.micros }
}

extension USD: CustomStringConvertible {
    /// The exact amount with two decimals, more where they are needed: `$2.00`, `$0.0042`, `-$0.000001`.
    package var description: String {
        let (dollars, fraction) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(fraction)
        var decimals = String(repeating: "0", count: 6 - digits.count) + digits
        while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(micros < 0 ? "-" : "")$\(dollars).\(decimals)"
    }
}

extension USD: Codable {
    /// An integer number of millionths.
    package init(from decoder: any Decoder) throws {
        micros = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(micros)
    }
}
