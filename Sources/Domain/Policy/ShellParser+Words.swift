extension ShellParser {
    /// The word that starts here; nil where none does.
    mutating func word() throws(ShellSyntaxError) -> ShellWord? {
        var word = ShellWord()
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "<"), UInt8(ascii: ">"):
                guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "(") else {
                    return try finish(word, start)
                }
                index += 1
                try parenthesised(into: &word, isQuoted: true)
            case _ where Self.endsWord(byte):
                return try finish(word, start)
            case UInt8(ascii: "'"):
                index += 1
                guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "'")) else {
                    throw ShellSyntaxError(message: "a quote is never closed")
                }
                word.append(String(decoding: bytes[index..<end], as: UTF8.self), isQuoted: true)
                index = end + 1
            case UInt8(ascii: "\""):
                index += 1
                try quoted(into: &word, until: UInt8(ascii: "\""))
            case UInt8(ascii: "\\"):
                index += 1
                guard index < bytes.count else { throw ShellSyntaxError(message: "it ends in a backslash") }
                if bytes[index] != 10 { word.append(character(), isQuoted: true) }
                index += 1
            case UInt8(ascii: "$"):
                try dollar(into: &word, isQuoted: false)
            case UInt8(ascii: "`"):
                try backticks(into: &word, isQuoted: false)
            case UInt8(ascii: "{") where expandsBraces():
                word.pieces.append(.unknown(isQuoted: false))
                index += 1
            default:
                word.append(character(), isQuoted: false)
                index += 1
            }
        }
        return try finish(word, start)
    }

    private func finish(_ word: ShellWord, _ start: Int) throws(ShellSyntaxError) -> ShellWord? {
        guard index > start else { return nil }
        guard !isAwaitingText || !bytes[start..<index].contains(10) else {
            throw ShellSyntaxError(message: "a word goes on over the line where a here-document begins")
        }
        return word
    }

    /// Text in double quotes, or a here-document's text when there is no end mark.
    mutating func quoted(into word: inout ShellWord, until end: UInt8?) throws(ShellSyntaxError) {
        word.append("", isQuoted: true)
        while index < bytes.count {
            let byte = bytes[index]
            if byte == end {
                index += 1
                return
            }
            switch byte {
            case UInt8(ascii: "\\"):
                index += 1
                guard index < bytes.count else { throw ShellSyntaxError(message: "it ends in a backslash") }
                if "$`\"\\".utf8.contains(bytes[index]) {
                    word.append(character(), isQuoted: true)
                } else if bytes[index] != 10 {
                    word.append("\\" + character(), isQuoted: true)
                }
                index += 1
            case UInt8(ascii: "$"): try dollar(into: &word, isQuoted: true)
            case UInt8(ascii: "`"): try backticks(into: &word, isQuoted: true)
            default:
                word.append(character(), isQuoted: true)
                index += 1
            }
        }
        guard end == nil else { throw ShellSyntaxError(message: "a quote is never closed") }
    }

    /// The character that starts here; moves to its last byte.
    private mutating func character() -> String {
        let start = index
        while index + 1 < bytes.count, bytes[index + 1] & 0xC0 == 0x80 { index += 1 }
        return String(decoding: bytes[start...index], as: UTF8.self)
    }

    /// Whether the brace here begins `{a,b}` or `{1..9}`, which the shell turns into several words.
    private func expandsBraces() -> Bool {
        guard index == 0 || bytes[index - 1] != UInt8(ascii: "$") else { return false }
        var depth = 0
        var isList = false
        for place in bytes[index...].prefix(512).indices {
            switch bytes[place] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return isList }
            case UInt8(ascii: ","): isList = true
            case UInt8(ascii: ".") where place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "."): isList = true
            case 32, 9, 10, 59: return false
            default: break
            }
        }
        return isList
    }

    // MARK: Expansions

    private mutating func dollar(into word: inout ShellWord, isQuoted: Bool) throws(ShellSyntaxError) {
        index += 1
        guard index < bytes.count else { return word.append("$", isQuoted: true) }
        if at("((") {
            let start = index
            do throws(ShellSyntaxError) {
                let inner = try arithmetic()
                word.pieces.append(.unknown(isQuoted: isQuoted))
                word.commands += inner.commands
                return
            } catch {
                // Perhaps a subshell inside a substitution. Every such second reading costs as much as the first.
                secondReadings += 1
                guard secondReadings <= 20 else { throw error }
                index = start
            }
        }
        switch bytes[index] {
        case UInt8(ascii: "("): try parenthesised(into: &word, isQuoted: isQuoted)
        case UInt8(ascii: "{"): try braces(into: &word, isQuoted: isQuoted)
        case UInt8(ascii: "'") where !isQuoted:
            index += 1
            try escaped(into: &word)
        case UInt8(ascii: "\"") where !isQuoted: break
        case let byte where Self.isNameByte(byte):
            let start = index
            if (48...57).contains(byte) {
                index += 1
            } else {
                while index < bytes.count, Self.isNameByte(bytes[index]) { index += 1 }
            }
            appendParameter(String(decoding: bytes[start..<index], as: UTF8.self), into: &word, isQuoted: isQuoted)
        case let byte where "@*#?-$!".utf8.contains(byte):
            index += 1
            word.pieces.append(.unknown(isQuoted: isQuoted && byte != UInt8(ascii: "@")))
        default: word.append("$", isQuoted: true)
        }
    }

    /// The home folder is known well enough to be recognised: it is written as `~`.
    private func appendParameter(_ name: String, into word: inout ShellWord, isQuoted: Bool) {
        if name == "HOME" { word.append("~", isQuoted: true) } else { word.pieces.append(.unknown(isQuoted: isQuoted)) }
    }

    private mutating func parenthesised(into word: inout ShellWord, isQuoted: Bool) throws(ShellSyntaxError) {
        try expect("(")
        word.commands += try list(until: [])
        try expect(")")
        word.pieces.append(.unknown(isQuoted: isQuoted))
    }

    private mutating func backticks(into word: inout ShellWord, isQuoted: Bool) throws(ShellSyntaxError) {
        index += 1
        var inner: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "`") {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count, "$`\\".utf8.contains(bytes[index + 1]) {
                index += 1
            }
            inner.append(bytes[index])
            index += 1
        }
        try expect("`")
        word.commands.append(try ShellParser.parse(String(decoding: inner, as: UTF8.self), depth: depth + 1))
        word.pieces.append(.unknown(isQuoted: isQuoted))
    }

    /// `${name…}`; what stands behind the name may hold commands.
    private mutating func braces(into word: inout ShellWord, isQuoted: Bool) throws(ShellSyntaxError) {
        index += 1
        let start = index
        while index < bytes.count, Self.isNameByte(bytes[index]) { index += 1 }
        if at("}") {
            appendParameter(String(decoding: bytes[start..<index], as: UTF8.self), into: &word, isQuoted: isQuoted)
            index += 1
            return
        }
        var inner = ShellWord()
        try nested(into: &inner, until: UInt8(ascii: "}"))
        word.commands += inner.commands
        word.pieces.append(.unknown(isQuoted: isQuoted))
    }

    /// `((…))`, read only for the commands inside.
    mutating func arithmetic() throws(ShellSyntaxError) -> ShellWord {
        try expect("((")
        var inner = ShellWord()
        try nested(into: &inner, until: UInt8(ascii: ")"))
        try expect(")")
        inner.pieces = [.unknown(isQuoted: false)]
        return inner
    }

    private mutating func nested(into word: inout ShellWord, until end: UInt8) throws(ShellSyntaxError) {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw ShellSyntaxError(message: "it is nested too deeply") }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == end {
                index += 1
                return
            }
            switch byte {
            case UInt8(ascii: "("):
                index += 1
                try nested(into: &word, until: UInt8(ascii: ")"))
            case UInt8(ascii: "'") where end == UInt8(ascii: "}"):
                index += 1
                while index < bytes.count, bytes[index] != UInt8(ascii: "'") { index += 1 }
                index += 1
            case UInt8(ascii: "\""):
                index += 1
                try quoted(into: &word, until: UInt8(ascii: "\""))
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "$"): try dollar(into: &word, isQuoted: true)
            case UInt8(ascii: "`"): try backticks(into: &word, isQuoted: true)
            default: index += 1
            }
        }
        throw ShellSyntaxError(message: "an expansion is never closed")
    }

    /// `$'…'` with the escapes of C.
    private mutating func escaped(into word: inout ShellWord) throws(ShellSyntaxError) {
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != UInt8(ascii: "'") {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                value.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            let letter = bytes[index]
            index += 1
            switch letter {
            case UInt8(ascii: "n"): value.append(10)
            case UInt8(ascii: "t"): value.append(9)
            case UInt8(ascii: "r"): value.append(13)
            case UInt8(ascii: "e"), UInt8(ascii: "E"): value.append(27)
            case UInt8(ascii: "x"): value.append(UInt8(truncatingIfNeeded: number(radix: 16, digits: 2)))
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                let code = number(radix: 16, digits: letter == UInt8(ascii: "u") ? 4 : 8)
                value += Array(String(Unicode.Scalar(UInt32(truncatingIfNeeded: code)) ?? "\u{FFFD}").utf8)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                index -= 1
                value.append(UInt8(truncatingIfNeeded: number(radix: 8, digits: 3)))
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): value.append(letter)
            default: value += [UInt8(ascii: "\\"), letter]
            }
        }
        try expect("'")
        word.append(String(decoding: value, as: UTF8.self), isQuoted: true)
    }

    private mutating func number(radix: Int, digits: Int) -> Int {
        var value = 0
        for _ in 0..<digits {
            guard index < bytes.count, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue, digit < radix
            else { break }
            value = value * radix + digit
            index += 1
        }
        return value
    }
}
