import JSON

/// One word of an expression, with the place of its first scalar (from 1) and the place behind its last.
struct ExpressionToken: Equatable {
    enum Kind: Equatable {
        case value(JSONValue)
        case name(String)
        case symbol(String)
        case end
    }

    var kind: Kind
    var column: Int
    var end: Int
}

/// Cuts the text of an expression into words.
struct ExpressionLexer {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    private static let pairs: Set<String> = ["==", "!=", "<=", ">=", "&&", "||", "??"]
    private static let singles: Set<Unicode.Scalar> = [
        "(", ")", "[", "]", ",", ".", "!", "<", ">", "+", "-", "*", "/", "%", "?", ":",
    ]

    init(_ source: String) { scalars = Array(source.unicodeScalars) }

    mutating func tokens() throws(ExpressionError) -> [ExpressionToken] {
        var tokens: [ExpressionToken] = []
        while true {
            while let scalar = peek, scalar.properties.isWhitespace { place += 1 }
            let start = place
            let kind = try next(isMember: tokens.last?.kind == .symbol("."))
            tokens.append(ExpressionToken(kind: kind, column: start + 1, end: place + 1))
            if kind == .end { return tokens }
        }
    }

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func next(isMember: Bool) throws(ExpressionError) -> ExpressionToken.Kind {
        guard let scalar = peek else { return .end }
        if scalar == "'" || scalar == "\"" { return .value(.string(try text(quote: scalar))) }
        if Self.isDigit(scalar) { return .value(try number()) }
        if Self.isLetter(scalar) { return .name(name(isMember: isMember)) }
        if place + 1 < scalars.count {
            var pair = String(scalar)
            pair.unicodeScalars.append(scalars[place + 1])
            if Self.pairs.contains(pair) {
                place += 2
                return .symbol(pair)
            }
        }
        guard Self.singles.contains(scalar) else { throw unknown(scalar) }
        place += 1
        return .symbol(String(scalar))
    }

    private func unknown(_ scalar: Unicode.Scalar) -> ExpressionError {
        let fix =
            switch scalar {
            case "=": "; equality is written '=='"
            case "&": "; write '&&' or 'and'"
            case "|": "; write '||' or 'or'; there are no pipes, functions are called as lower(x)"
            case "{", "}", "$": "; there are no braces inside of an expression"
            default: ""
            }
        return ExpressionError(
            column: place + 1, message: "'\(scalar.escaped(asASCII: false))' means nothing here\(fix)")
    }

    /// Behind a full stop a hyphen between letters or digits belongs to the name, as in `steps.final-check`.
    private mutating func name(isMember: Bool) -> String {
        var name = String.UnicodeScalarView()
        while let scalar = peek {
            let isHyphen =
                isMember && scalar == "-" && place + 1 < scalars.count
                && (Self.isLetter(scalars[place + 1]) || Self.isDigit(scalars[place + 1]))
            guard Self.isLetter(scalar) || Self.isDigit(scalar) || isHyphen else { break }
            name.append(scalar)
            place += 1
        }
        return String(name)
    }

    private mutating func number() throws(ExpressionError) -> JSONValue {
        let start = place
        var isWhole = true
        takeDigits()
        if peek == ".", place + 1 < scalars.count, Self.isDigit(scalars[place + 1]) {
            isWhole = false
            place += 1
            takeDigits()
        }
        if peek == "e" || peek == "E" {
            isWhole = false
            place += 1
            if peek == "+" || peek == "-" { place += 1 }
            takeDigits()
        }
        let text = String(String.UnicodeScalarView(scalars[start..<place]))
        if let scalar = peek, Self.isLetter(scalar) {
            throw ExpressionError(column: place + 1, message: "'\(scalar)' stands right behind the number \(text)")
        }
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw ExpressionError(column: start + 1, message: "\(text) is no number that can be used here")
        }
        return .number(value)
    }

    private mutating func takeDigits() {
        while let scalar = peek, Self.isDigit(scalar) { place += 1 }
    }

    private mutating func text(quote: Unicode.Scalar) throws(ExpressionError) -> String {
        let start = place
        var text = String.UnicodeScalarView()
        place += 1
        while let scalar = peek {
            place += 1
            if scalar == quote { return String(text) }
            text.append(scalar == "\\" ? try escape() : scalar)
        }
        throw ExpressionError(column: start + 1, message: "this text has no \(quote) at its end")
    }

    private mutating func escape() throws(ExpressionError) -> Unicode.Scalar {
        let column = place
        guard let scalar = peek else { throw ExpressionError(column: column, message: "the text ends in a backslash") }
        place += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "\\", "'", "\"": return scalar
        case "u":
            let digits = scalars[place..<min(place + 4, scalars.count)]
            place += digits.count
            let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
            if digits.count == 4, let value, let scalar = Unicode.Scalar(value) { return scalar }
            throw ExpressionError(
                column: column, message: "\\u is followed by the four hexadecimal digits of a character")
        default:
            throw ExpressionError(
                column: column,
                message:
                    "\\\(scalar.escaped(asASCII: false)) is no escape; \\n, \\t, \\r, \\\\, \\', \\\" and \\uXXXX are")
        }
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
