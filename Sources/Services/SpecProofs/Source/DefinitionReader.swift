/// Tells what a line of code defines, by the words it begins with.
struct DefinitionReader {
    typealias Kind = SourceOutline.Entry.Kind

    private let content: ArraySlice<UInt8>
    private let style: SourceStyle
    /// The type around the line.
    private let type: String?
    private let isOutermost: Bool
    private let next: ArraySlice<UInt8>?

    init(_ content: ArraySlice<UInt8>, style: SourceStyle, type: String?, isOutermost: Bool, next: ArraySlice<UInt8>?) {
        self.content = content
        self.style = style
        self.type = type
        self.isOutermost = isOutermost
        self.next = next
    }

    struct Definition {
        var kind: Kind
        var name: String
        var container: String?
    }

    func definition() -> Definition? {
        var scanner = LineScanner(content)
        skipAttributes(&scanner)
        while true {
            scanner.skipSpace()
            let start = scanner
            guard let word = scanner.word() else { break }
            if let kind = keyword(word), let found = named(kind, word, scanner) { return found }
            if Self.modifiers.contains(word) {
                if scanner.byte == 40 { scanner.skipBrackets() }
                continue
            }
            if style.language == "swift", type != nil, ["init", "deinit", "subscript"].contains(word),
                let byte = scanner.byte, "({<?! ".utf8.contains(byte)
            {
                return Definition(kind: .function, name: word)
            }
            scanner = start
            break
        }
        if style.hasBareFunctions, let found = bareFunction() { return found }
        if style.family == .shell, let found = shellFunction() { return found }
        return isOutermost ? assignment() : nil
    }

    private func skipAttributes(_ scanner: inout LineScanner) {
        while let byte = scanner.byte {
            if byte == UInt8(ascii: "@"), style.family == .cLike {
                scanner.advance()
                _ = scanner.word()
                while scanner.skip(".") { _ = scanner.word() }
                if scanner.byte == 40 { scanner.skipBrackets() }
            } else if byte == UInt8(ascii: "#"), scanner.rest.dropFirst().first == UInt8(ascii: "[") {
                scanner.advance()
                scanner.skipBrackets()
            } else if byte == UInt8(ascii: "["), style.language == "c-sharp" {
                scanner.skipBrackets()
            } else {
                return
            }
            scanner.skipSpace()
        }
    }

    // MARK: - Words that announce

    private func keyword(_ word: String) -> Kind? {
        switch style.family {
        case .python: return ["def": .function, "class": .type][word]
        case .ruby: return Self.rubyWords[word]
        default:
            guard let kind = Self.words[word] else { return nil }
            switch word {
            case "type": return ["go", "typescript", "tsx", "rust", "hs", "elm"].contains(style.language) ? kind : nil
            case "object": return ["kt", "kts", "scala"].contains(style.language) ? kind : nil
            case "record": return ["java", "c-sharp"].contains(style.language) ? kind : nil
            case "sub": return ["pl", "pm", "vb"].contains(style.language) ? kind : nil
            case "proc", "method": return ["nim", "tcl"].contains(style.language) ? kind : nil
            case "let", "var", "const", "val", "static": return isOutermost ? kind : nil
            case "struct", "enum", "union", "class", "namespace":
                // `struct point *make(void) {` defines a function.
                return ["c", "cpp"].contains(style.language) && content.contains(40) ? nil : kind
            default: return kind
            }
        }
    }

    private func named(_ kind: Kind, _ word: String, _ scanner: LineScanner) -> Definition? {
        var scanner = scanner
        scanner.skipSpace()
        if word == "impl" || word == "extension" {
            let rest = scanner.rest.prefix { $0 != UInt8(ascii: "{") }.trimmingEnd
            guard !rest.isEmpty else { return nil }
            return Definition(kind: .type, name: "\(word) \(String(decoding: rest, as: UTF8.self))")
        }
        while let byte = scanner.byte, byte == 42 || byte == 38 { scanner.advance() }
        var container: String?
        if style.language == "go", word == "func", scanner.byte == 40 {
            let start = scanner.index
            scanner.skipBrackets()
            let receiver = content[start..<scanner.index].split { !$0.isWord }
            // `(s *Store[T])`: the type is the second word.
            let place = receiver.count > 1 ? 1 : 0
            container = receiver.isEmpty ? nil : String(decoding: receiver[place], as: UTF8.self)
            scanner.skipSpace()
        }
        if word == "const" || word == "let", ["fn", "enum"].contains(Self.peek(scanner)) { return nil }
        // `fun <T> List<T>.name()` and `function* name`.
        if scanner.byte == 60 {
            scanner.skipBrackets()
            scanner.skipSpace()
        }
        guard var name = scanner.quotedName() ?? scanner.word() else {
            guard word == "func", let byte = scanner.byte, byte != 40 else { return nil }
            // An operator.
            let mark = scanner.rest.prefix { $0 != 32 && $0 != 40 }
            return Definition(kind: .function, name: String(decoding: mark, as: UTF8.self))
        }
        while scanner.skip(".") || (style.family == .cLike && Self.skipScope(&scanner)) {
            guard let part = scanner.quotedName() ?? scanner.word() else { break }
            if kind == .type { name += "." + part } else { name = part }
        }
        if style.family == .ruby, let byte = scanner.byte, "?!=".utf8.contains(byte) {
            name += String(decoding: [byte], as: UTF8.self)
        }
        if kind == .value {
            scanner.skipSpace()
            guard let byte = scanner.byte, byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") || byte.isLetter
            else {
                return nil
            }
        }
        return Definition(kind: kind, name: name, container: container)
    }

    private static func peek(_ scanner: LineScanner) -> String {
        var scanner = scanner
        return scanner.word() ?? ""
    }

    private static func skipScope(_ scanner: inout LineScanner) -> Bool {
        guard scanner.rest.starts(with: "::".utf8) else { return false }
        scanner.advance()
        scanner.advance()
        return true
    }

    // MARK: - Without such words

    /// `int main(void) {`, `public void save(Item item)`, `async load(id) {`.
    private func bareFunction() -> Definition? {
        guard let open = content.firstIndex(of: 40), open > content.startIndex else { return nil }
        let before = content[content.startIndex..<open]
        guard !before.contains(where: { "=\"'.;{?".utf8.contains($0) }) else { return nil }
        let words = before.split { !($0.isWord || "$#~:".utf8.contains($0)) }
        guard let last = words.last, before.trimmingEnd.endIndex == last.endIndex else { return nil }
        let name = String(decoding: last, as: UTF8.self)
        let names = words.map { String(decoding: $0, as: UTF8.self) }
        guard last.first?.isDigit == false, !names.contains(where: Self.control.contains) else { return nil }
        if style.hasTypesBeforeNames {
            let types = names.dropLast().filter { !Self.modifiers.contains($0) }
            guard !types.isEmpty || name == type || name.contains("::") else { return nil }
        } else if type == nil {
            return nil
        }
        var scanner = LineScanner(content[open...])
        scanner.skipBrackets()
        scanner.skipSpace()
        let rest = scanner.rest
        guard let end = content.last, end != UInt8(ascii: ";"), end != UInt8(ascii: ",") || rest.isEmpty else {
            return nil
        }
        let isBody: Bool
        if end == UInt8(ascii: "{") || end == UInt8(ascii: "}") {
            isBody = rest.first.map { "{:ctnow-&".utf8.contains($0) } ?? false
        } else {
            isBody =
                end == 40 || end == UInt8(ascii: ",") || next?.first == UInt8(ascii: "{")
                || next?.starts(with: "throws".utf8) == true
        }
        guard isBody, !(style.hasTypesBeforeNames == false && rest.starts(with: "=>".utf8)) else { return nil }
        let parts = name.split(separator: ":")
        return Definition(
            kind: .function, name: parts.last.map(String.init) ?? name,
            container: parts.count > 1 ? parts.dropLast().joined(separator: ".") : nil)
    }

    private func shellFunction() -> Definition? {
        var scanner = LineScanner(content)
        guard let name = scanner.word() else { return nil }
        scanner.skipSpace()
        guard scanner.skip("("), scanner.skip(")") else { return nil }
        return Definition(kind: .function, name: name)
    }

    /// `LIMIT = 5` and `LIMIT: int = 5` at the outermost level of languages without a word for it.
    private func assignment() -> Definition? {
        guard style.family == .python || style.family == .ruby || style.family == .shell else { return nil }
        var scanner = LineScanner(content)
        guard let name = scanner.word(), name.first?.isNumber == false else { return nil }
        scanner.skipSpace()
        if scanner.byte == UInt8(ascii: ":"), style.family == .python {
            guard scanner.rest.contains(UInt8(ascii: "=")) else { return nil }
            return Definition(kind: .value, name: name)
        }
        guard scanner.skip("="), scanner.byte != UInt8(ascii: "=") else { return nil }
        return Definition(kind: .value, name: name)
    }

    // MARK: - Tables

    private static let words: [String: Kind] = [
        "func": .function, "fn": .function, "function": .function, "fun": .function, "def": .function, "sub": .function,
        "proc": .function, "procedure": .function, "method": .function, "class": .type, "struct": .type, "enum": .type,
        "interface": .type, "trait": .type, "protocol": .type, "actor": .type, "union": .type, "record": .type,
        "object": .type, "module": .type, "namespace": .type, "mod": .type, "impl": .type, "extension": .type,
        "type": .type, "typealias": .type, "macro_rules": .function, "let": .value, "var": .value, "const": .value,
        "val": .value, "static": .value,
    ]
    private static let rubyWords: [String: Kind] = [
        "def": .function, "defp": .function, "defmacro": .function, "class": .type, "module": .type, "defmodule": .type,
        "function": .function, "struct": .type,
    ]
    private static let modifiers: Set<String> = [
        "public", "private", "protected", "internal", "package", "open", "static", "final", "async", "export",
        "default",
        "abstract", "override", "virtual", "sealed", "partial", "extern", "inline", "const", "unsafe", "pub",
        "mutating",
        "nonmutating", "nonisolated", "convenience", "required", "suspend", "data", "readonly", "declare", "native",
        "synchronized", "indirect", "fileprivate", "local", "lazy", "weak", "dynamic", "distributed", "prefix",
        "postfix", "operator", "explicit", "constexpr", "friend", "typename", "volatile", "infix", "tailrec",
        "external",
        "inner", "companion", "annotation", "value", "case", "implicit", "noinline", "crossinline", "get", "set",
    ]
    private static let control: Set<String> = [
        "if", "for", "while", "switch", "return", "catch", "new", "else", "throw", "await", "do", "sizeof", "delete",
        "using", "lock", "foreach", "when", "assert", "yield", "goto", "typeof", "super", "this", "defined", "try",
        "in", "not", "and", "or", "function", "elif", "with", "constructor_",
    ]
}
