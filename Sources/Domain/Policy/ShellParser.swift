/// Reads shell text (POSIX, with what bash adds and people use) into a tree; refuses what it does not understand.
struct ShellParser {
    static let longest = 64 * 1024
    static let deepest = 40

    var bytes: [UInt8]
    var index = 0
    var depth: Int
    /// Where the text of the here-documents read so far ends, to be skipped at the next line break; else 0.
    private var consumedTexts = 0
    var secondReadings = 0

    var isAwaitingText: Bool { consumedTexts > 0 }

    static func parse(_ text: String, depth: Int = 0) throws(ShellSyntaxError) -> ShellNode {
        guard text.utf8.count <= longest else { throw ShellSyntaxError(message: "it is longer than \(longest) bytes") }
        guard !text.utf8.contains(0) else { throw ShellSyntaxError(message: "it holds a NUL byte") }
        guard depth <= deepest else { throw ShellSyntaxError(message: "it is nested too deeply") }
        var parser = ShellParser(bytes: Array(text.utf8), depth: depth)
        let nodes = try parser.list(until: [])
        guard parser.index >= parser.bytes.count else {
            throw ShellSyntaxError(message: "an unexpected ) stands in it")
        }
        return .sequence(nodes, redirections: [])
    }

    private init(bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    // MARK: Lists and pipelines

    /// Commands up to one of the reserved words, a closing parenthesis or the end; stops before what ends it.
    mutating func list(until stops: Set<String>) throws(ShellSyntaxError) -> [ShellNode] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw ShellSyntaxError(message: "it is nested too deeply") }
        var nodes: [ShellNode] = []
        while true {
            try skipSeparators()
            guard index < bytes.count, bytes[index] != UInt8(ascii: ")") else { return nodes }
            if stops.contains(";;"), at(";;") || at(";&") { return nodes }
            if let word = reserved(), stops.contains(word) { return nodes }
            let start = index
            var node = try andOr()
            skipBlanks()
            if at("&"), !at("&&") { node = .background(node) }
            nodes.append(node)
            guard index > start else {
                throw ShellSyntaxError(message: "\"\(Character(Unicode.Scalar(bytes[index])))\" is unexpected")
            }
            guard index < bytes.count, ![59, 38, 10, 13, 41].contains(bytes[index]) else { continue }
            if let word = reserved(), stops.contains(word) { continue }
            throw ShellSyntaxError(message: "a separator is missing between two commands")
        }
    }

    private mutating func andOr() throws(ShellSyntaxError) -> ShellNode {
        var nodes = [try pipeline()]
        while true {
            skipBlanks()
            guard at("&&") || at("||") else { break }
            index += 2
            try skipLineBreaks()
            nodes.append(try pipeline())
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes, redirections: [])
    }

    private mutating func pipeline() throws(ShellSyntaxError) -> ShellNode {
        skipBlanks()
        while let word = reserved(), word == "!" || word == "time" {
            index += word.utf8.count
            skipBlanks()
            if word == "time", at("-p") { index += 2 }
            skipBlanks()
        }
        var stages = [try command()]
        while true {
            skipBlanks()
            guard at("|"), !at("||") else { break }
            index += at("|&") ? 2 : 1
            try skipLineBreaks()
            stages.append(try command())
        }
        return stages.count == 1 ? stages[0] : .pipeline(stages)
    }

    // MARK: Compound commands

    private mutating func command() throws(ShellSyntaxError) -> ShellNode {
        skipBlanks()
        guard index < bytes.count else { throw ShellSyntaxError(message: "a command is missing at its end") }
        if bytes[index] == UInt8(ascii: "(") {
            index += 1
            let body = try list(until: [])
            try expect(")")
            return .sequence(body, redirections: try redirections())
        }
        switch reserved() {
        case "{":
            index += 1
            return try block(body: [["}"]])
        case "if":
            index += 2
            return try conditional()
        case "while", "until":
            index += 5
            return try block(body: [["do"], ["done"]])
        case "for", "select":
            return try loop()
        case "case":
            return try cases()
        case "function":
            index += 8
            skipBlanks()
            let name = try word()?.text ?? ""
            skipBlanks()
            if at("(") {
                index += 1
                skipBlanks()
                try expect(")")
            }
            return try function(name)
        case let word? where Self.closers.contains(word):
            throw ShellSyntaxError(message: "\(word) stands where a command should")
        default:
            return try simple()
        }
    }

    private static let closers: Set<String> = ["then", "elif", "else", "fi", "do", "done", "esac", "}", "in"]
    private static let keywords: Set<String> = closers.union([
        "if", "while", "until", "for", "select", "case", "function", "{", "!", "time", "[[",
    ])

    /// Lists, each ended by one of the given words.
    private mutating func block(body ends: [Set<String>]) throws(ShellSyntaxError) -> ShellNode {
        var nodes: [ShellNode] = []
        for end in ends {
            nodes += try list(until: end)
            try close(end)
        }
        return .sequence(nodes, redirections: try redirections())
    }

    private mutating func conditional() throws(ShellSyntaxError) -> ShellNode {
        var nodes = try list(until: ["then"])
        try close(["then"])
        while true {
            nodes += try list(until: ["elif", "else", "fi"])
            switch try close(["elif", "else", "fi"]) {
            case "elif":
                nodes += try list(until: ["then"])
                try close(["then"])
            case "fi": return .sequence(nodes, redirections: try redirections())
            default: continue
            }
        }
    }

    private mutating func loop() throws(ShellSyntaxError) -> ShellNode {
        index += reserved()?.utf8.count ?? 0
        skipBlanks()
        var header = ShellNode.Simple()
        if at("((") {
            header.redirections = [ShellRedirection(kind: .text, target: try arithmetic())]
        } else {
            guard try word() != nil else { throw ShellSyntaxError(message: "a loop has no variable") }
            try skipLineBreaks()
            if reserved() == "in" {
                index += 2
                skipBlanks()
                // The words are no command; they stand here for the commands that they may hold.
                while let word = try word() {
                    header.redirections.append(ShellRedirection(kind: .text, target: word))
                    skipBlanks()
                }
            }
        }
        try skipSeparators()
        let hasBraces = reserved() == "{"
        try close(hasBraces ? ["{"] : ["do"])
        let end: Set<String> = hasBraces ? ["}"] : ["done"]
        let body = try list(until: end)
        try close(end)
        return .sequence([.simple(header)] + body, redirections: try redirections())
    }

    private mutating func cases() throws(ShellSyntaxError) -> ShellNode {
        index += 4
        skipBlanks()
        var header = ShellNode.Simple()
        if let subject = try word() { header.redirections.append(ShellRedirection(kind: .text, target: subject)) }
        try skipLineBreaks()
        try close(["in"])
        var nodes: [ShellNode] = []
        while true {
            try skipSeparators()
            if reserved() == "esac" { break }
            if at("(") { index += 1 }
            while index < bytes.count, bytes[index] != UInt8(ascii: ")") {
                skipBlanks()
                if let pattern = try word() {
                    header.redirections.append(ShellRedirection(kind: .text, target: pattern))
                } else if at("|") {
                    index += 1
                } else if !at(")") {
                    throw ShellSyntaxError(message: "a case has no pattern")
                }
            }
            try expect(")")
            nodes += try list(until: [";;", "esac"])
            if at(";;&") { index += 3 } else if at(";;") || at(";&") { index += 2 }
        }
        try close(["esac"])
        return .sequence([.simple(header)] + nodes, redirections: try redirections())
    }

    private mutating func function(_ name: String) throws(ShellSyntaxError) -> ShellNode {
        try skipLineBreaks()
        return .function(name: name, body: try command())
    }

    // MARK: Simple commands

    private mutating func simple() throws(ShellSyntaxError) -> ShellNode {
        var command = ShellNode.Simple()
        if reserved() == "[[" { return .simple(try test()) }
        while true {
            skipBlanks()
            if let redirection = try redirection() {
                command.redirections.append(redirection)
                continue
            }
            let start = index
            guard let word = try word() else { break }
            if command.words.isEmpty, let assignment = try assignment(word, from: start) {
                command.assignments.append(assignment)
                continue
            }
            command.words.append(word)
            skipBlanks()
            if command.words.count == 1, at("(") {
                index += 1
                skipBlanks()
                try expect(")")
                return try function(word.text)
            }
        }
        guard !command.words.isEmpty || !command.assignments.isEmpty || !command.redirections.isEmpty else {
            guard index < bytes.count else { throw ShellSyntaxError(message: "a command is missing at its end") }
            throw ShellSyntaxError(message: "\"\(Character(Unicode.Scalar(bytes[index])))\" is unexpected")
        }
        return .simple(command)
    }

    private mutating func assignment(_ word: ShellWord, from start: Int) throws(ShellSyntaxError) -> ShellNode
        .Assignment?
    {
        guard case .text(let text, false) = word.pieces.first, let equals = text.firstIndex(of: "=") else { return nil }
        var name = text[..<equals]
        if name.hasSuffix("+") { name.removeLast() }
        if let bracket = name.firstIndex(of: "[") { name = name[..<bracket] }
        guard let first = name.utf8.first, !(48...57).contains(first),
            name.utf8.allSatisfy({ Self.isNameByte($0) })
        else { return nil }
        var value = word
        value.pieces[0] = .text(String(text[text.index(after: equals)...]), isQuoted: false)
        // name=(…) is an array; its elements may hold commands.
        if at("("), word.pieces.count == 1, text.hasSuffix("=") {
            index += 1
            while true {
                try skipLineBreaks()
                guard let element = try self.word() else { break }
                value.commands += element.commands
                value.pieces = [.unknown(isQuoted: false)]
            }
            try expect(")")
        }
        return ShellNode.Assignment(name: String(name), value: value)
    }

    /// `[[ … ]]`, where operators are words.
    private mutating func test() throws(ShellSyntaxError) -> ShellNode.Simple {
        var command = ShellNode.Simple()
        while true {
            try skipLineBreaks()
            guard index < bytes.count else { throw ShellSyntaxError(message: "[[ is never closed") }
            if let word = try word() {
                command.words.append(word)
                if word.literal == "]]" { return command }
            } else {
                index += 1
            }
        }
    }

    // MARK: Redirections

    private mutating func redirections() throws(ShellSyntaxError) -> [ShellRedirection] {
        var found: [ShellRedirection] = []
        skipBlanks()
        while let next = try redirection() {
            found.append(next)
            skipBlanks()
        }
        return found
    }

    private mutating func redirection() throws(ShellSyntaxError) -> ShellRedirection? {
        var start = index
        while start < bytes.count, (48...57).contains(bytes[start]) { start += 1 }
        guard start < bytes.count else { return nil }
        if start == index, at("&>") { start += 1 }
        guard bytes[start] == UInt8(ascii: "<") || bytes[start] == UInt8(ascii: ">") else { return nil }
        // "<(" and ">(" begin a word.
        if start == index, start + 1 < bytes.count, bytes[start + 1] == UInt8(ascii: "(") { return nil }
        index = start
        if at("<<<") {
            index += 3
            return ShellRedirection(kind: .text, target: try target())
        }
        if at("<<") {
            index += 2
            let stripsTabs = at("-")
            if stripsTabs { index += 1 }
            return try hereDocument(stripsTabs: stripsTabs)
        }
        let isRead = at("<") && !at("<>")
        index += 1
        let isCopy = at("&")
        if at(">") || at("|") || isCopy { index += 1 }
        let target = try target()
        let isDescriptor =
            isCopy && target.literal.map { $0 == "-" || $0.utf8.allSatisfy { (48...57).contains($0) } } == true
        return ShellRedirection(kind: isRead || isDescriptor ? .read : .write, target: target)
    }

    private mutating func target() throws(ShellSyntaxError) -> ShellWord {
        skipBlanks()
        guard let word = try word() else { throw ShellSyntaxError(message: "a redirection has no target") }
        return word
    }

    private mutating func hereDocument(stripsTabs: Bool) throws(ShellSyntaxError) -> ShellRedirection {
        skipBlanks()
        let start = index
        guard let word = try word(), let delimiter = word.literal else {
            throw ShellSyntaxError(message: "a here-document has no plain delimiter")
        }
        let isQuoted = bytes[start..<index].contains { $0 == 34 || $0 == 39 || $0 == 92 }
        // The text follows later in the script, but decides what this command reads: look ahead for it now.
        let resume = index
        guard let lineEnd = bytes[index...].firstIndex(of: 10) else {
            throw ShellSyntaxError(message: "a here-document is never ended")
        }
        var position = max(lineEnd + 1, consumedTexts)
        var body: [UInt8] = []
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: 10) ?? bytes.count
            var line = bytes[position..<end]
            if stripsTabs { line = line.drop { $0 == 9 } }
            position = min(end + 1, bytes.count)
            if line.elementsEqual(delimiter.utf8) {
                consumedTexts = position
                index = resume
                let text = String(decoding: body, as: UTF8.self)
                let value = isQuoted ? ShellWord(text) : try Self.expanding(text, depth: depth)
                return ShellRedirection(kind: .text, target: value)
            }
            body += line + [10]
            if end == bytes.count { break }
        }
        throw ShellSyntaxError(message: "a here-document is never ended")
    }

    /// The text of a here-document with its expansions.
    private static func expanding(_ text: String, depth: Int) throws(ShellSyntaxError) -> ShellWord {
        var parser = ShellParser(bytes: Array(text.utf8), depth: depth + 1)
        var word = ShellWord()
        try parser.quoted(into: &word, until: nil)
        return word
    }

    // MARK: Blanks and reserved words

    func at(_ text: String) -> Bool {
        var place = index
        for byte in text.utf8 {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
        }
        return true
    }

    mutating func expect(_ text: String) throws(ShellSyntaxError) {
        guard at(text) else { throw ShellSyntaxError(message: "\"\(text)\" is missing") }
        index += text.utf8.count
    }

    mutating func skipBlanks() {
        while index < bytes.count {
            if bytes[index] == 32 || bytes[index] == 9 {
                index += 1
            } else if at("\\\n") {
                index += 2
            } else if at("\\\r\n") {
                index += 3
            } else if bytes[index] == UInt8(ascii: "#"),
                index == 0 || [32, 9, 10, 59, 38, 124, 40, 41].contains(bytes[index - 1])
            {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else {
                return
            }
        }
    }

    mutating func skipLineBreaks() throws(ShellSyntaxError) {
        skipBlanks()
        while index < bytes.count, bytes[index] == 10 || at("\r\n") {
            index += bytes[index] == 10 ? 1 : 2
            if consumedTexts > index {
                index = consumedTexts
            }
            consumedTexts = 0
            skipBlanks()
        }
    }

    private mutating func skipSeparators() throws(ShellSyntaxError) {
        while true {
            try skipLineBreaks()
            guard index < bytes.count, bytes[index] == 59 || bytes[index] == 38, !at(";;"), !at(";&"), !at("&&"),
                !at("&>")
            else { return }
            index += 1
        }
    }

    @discardableResult
    private mutating func close(_ words: Set<String>) throws(ShellSyntaxError) -> String {
        try skipSeparators()
        guard let word = reserved(), words.contains(word) else {
            throw ShellSyntaxError(message: "\(words.sorted().joined(separator: " or ")) is missing")
        }
        index += word.utf8.count
        return word
    }

    /// The reserved word that stands here, unquoted and whole.
    private func reserved() -> String? {
        var end = index
        while end < bytes.count, !Self.endsWord(bytes[end]), end - index <= 8 { end += 1 }
        guard end > index, end - index <= 8 else { return nil }
        let word = String(decoding: bytes[index..<end], as: UTF8.self)
        return Self.keywords.contains(word) ? word : nil
    }

    static func endsWord(_ byte: UInt8) -> Bool { " \t\n\r;&|<>()".utf8.contains(byte) }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
}
