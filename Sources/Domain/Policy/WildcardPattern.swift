/// A pattern of `*`, `?`, `[a-z]` and `\`-escapes for one word or one part of a path; matching takes no backtracking
/// beyond the last star, so no pattern is slow.
package struct WildcardPattern: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case literal(Unicode.Scalar)
        case one
        case many
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let tokens: [Token]

    package init(_ pattern: String) {
        let scalars = Array(pattern.unicodeScalars)
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*": if tokens.last != .many { tokens.append(.many) }
            case "?": tokens.append(.one)
            case "\\" where index + 1 < scalars.count:
                index += 1
                tokens.append(.literal(scalars[index]))
            case "[":
                if let (set, end) = Self.set(scalars, from: index) {
                    tokens.append(set)
                    index = end
                } else {
                    tokens.append(.literal("["))
                }
            case let scalar: tokens.append(.literal(scalar))
            }
            index += 1
        }
        self.tokens = tokens
    }

    /// A word of which only parts are known: nil parts stand for any text.
    init(parts: [String?]) {
        tokens = parts.flatMap { part in part.map { $0.unicodeScalars.map(Token.literal) } ?? [.many] }
    }

    package func matches(_ text: some StringProtocol) -> Bool { matches(scalars: Array(text.unicodeScalars)) }

    func matches(scalars: [Unicode.Scalar]) -> Bool {
        var (token, place) = (0, 0)
        var retry: (token: Int, place: Int)?
        while place < scalars.count {
            if token < tokens.count, tokens[token] == .many {
                token += 1
                retry = (token, place)
            } else if token < tokens.count, Self.matches(tokens[token], scalars[place]) {
                token += 1
                place += 1
            } else if let last = retry {
                retry = (last.token, last.place + 1)
                (token, place) = (last.token, last.place + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .many }
    }

    private static func matches(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .literal(let wanted): wanted == scalar
        case .one, .many: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func set(_ scalars: [Unicode.Scalar], from start: Int) -> (Token, Int)? {
        var index = start + 1
        let isNegated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
        if isNegated { index += 1 }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let first = index
        while index < scalars.count, scalars[index] != "]" || index == first {
            let low = scalars[index]
            if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
                guard low <= scalars[index + 2] else { return nil }
                ranges.append(low...scalars[index + 2])
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return index < scalars.count ? (.set(ranges, isNegated: isNegated), index) : nil
    }
}
