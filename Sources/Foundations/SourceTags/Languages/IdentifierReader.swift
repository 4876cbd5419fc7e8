/// Reads tags without a grammar: each identifier of three characters or more is a reference, and a definition where a
/// word such as `def`, `func` or `class` stands before it.
///
/// Comments and strings are left out roughly, by the marks that most languages share.
package final class IdentifierReader: TagReader {
    /// Goes up when other tags are found in the same file.
    package static let version = 1

    private let limits: TreeSitterReader.Limits

    package init(limits: TreeSitterReader.Limits = .init(bytes: 1 << 20)) {
        self.limits = limits
    }

    /// Whether a name's extension says source code of a language without a query.
    package static func knows(_ path: String) -> Bool {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return extensions.contains(path[path.index(after: dot)...].lowercased())
    }

    package func tags(in source: [UInt8], path: String) -> [Tag]? {
        guard Self.knows(path) || Language.of(path: path, source: source) != nil else { return nil }
        return tags(in: source)
    }

    /// The tags of a source in whatever language.
    package func tags(in source: [UInt8]) -> [Tag] {
        guard SourceShape.isReadable(source, limits: limits) else { return [] }
        return source.withUnsafeBufferPointer { bytes in
            var scan = IdentifierScan(bytes: bytes)
            return scan.tags()
        }
    }

    private static let extensions: Set<String> = [
        "ada", "adb", "ads", "asm", "clj", "cljs", "coffee", "cr", "d", "dart", "elm", "erl", "ex", "exs", "f90",
        "fish",
        "fs", "fsx", "gd", "gradle", "groovy", "hs", "jl", "kt", "kts", "lua", "m", "ml", "mli", "mm", "nim", "pas",
        "pl",
        "pm", "proto", "ps1", "r", "s", "scala", "sol", "sql", "svelte", "tcl", "tf", "v", "vb", "vim", "vue", "zig",
        "zsh",
    ]
}

/// One pass over the bytes of a source.
private struct IdentifierScan {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// What the word before, on the same line and with only white space between, announces.
    private var announced: Tag.Kind?

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    mutating func tags() -> [Tag] {
        var tags: [Tag] = []
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 10:
                index += 1
                newLine()
            case 32, 9, 13:
                index += 1
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "'"):
                announced = nil
                skipString(byte)
            case _ where startsComment(byte): skipComment()
            case _ where Self.isStart(byte): word(into: &tags)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                while index < bytes.count, Self.isPart(bytes[index]) { index += 1 }
            default:
                announced = nil
                index += 1
            }
        }
        return tags
    }

    private mutating func newLine() {
        line += 1
        lineStart = index
        announced = nil
    }

    private mutating func word(into tags: inout [Tag]) {
        let start = index
        while index < bytes.count, Self.isPart(bytes[index]) { index += 1 }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        defer { announced = Self.keywords[name] }
        if Self.keywords[name] != nil || Self.plain.contains(name) { return }
        if let kind = announced {
            tags.append(
                Tag(
                    name: name, role: .definition, kind: kind, line: line, lastLine: line,
                    signature: Signature.collapse(bytes[lineStart...], firstLineOnly: true)))
        } else if index - start >= 3 {
            tags.append(Tag(name: name, role: .reference, kind: .name, line: line, lastLine: line))
        }
    }

    private func next(_ offset: Int) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }

    private func startsComment(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"): next(1) == byte || next(1) == UInt8(ascii: "*")
        // `#define`, `#[derive]`, `#selector` are code; a comment has a space behind its mark or a line of its own.
        case UInt8(ascii: "#"): next(1) == nil || next(1) == 32 || next(1) == 10 || next(1) == UInt8(ascii: "!")
        case UInt8(ascii: "-"): next(1) == byte && (next(2) == 32 || next(2) == 10)
        default: false
        }
    }

    private mutating func skipComment() {
        announced = nil
        guard bytes[index] == UInt8(ascii: "/"), next(1) == UInt8(ascii: "*") else {
            while index < bytes.count, bytes[index] != 10 { index += 1 }
            return
        }
        index += 2
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 10 { newLine() }
            if byte == UInt8(ascii: "*"), index < bytes.count, bytes[index] == UInt8(ascii: "/") {
                index += 1
                return
            }
        }
    }

    /// A string ends on its line, so that an apostrophe in text loses no more than one; three quotes end with three.
    private mutating func skipString(_ quote: UInt8) {
        if next(1) == quote, next(2) == quote {
            index += 3
            while index < bytes.count {
                if bytes[index] == quote, next(1) == quote, next(2) == quote {
                    index += 3
                    return
                }
                let byte = bytes[index]
                index += 1
                if byte == 10 { newLine() }
            }
            return
        }
        index += 1
        while index < bytes.count, bytes[index] != 10 {
            let byte = bytes[index]
            index += byte == UInt8(ascii: "\\") && next(1) != 10 ? 2 : 1
            if byte == quote { return }
        }
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        isStart(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static let keywords: [String: Tag.Kind] = [
        "def": .function, "func": .function, "function": .function, "fn": .function, "fun": .function, "sub": .function,
        "proc": .function, "defp": .function, "procedure": .function, "class": .type, "struct": .type, "enum": .type,
        "type": .type, "record": .type, "object": .type, "message": .type, "data": .type, "newtype": .type,
        "interface": .interface, "trait": .interface, "protocol": .interface, "service": .interface,
        "module": .module, "namespace": .module, "package": .module, "defmodule": .module, "macro": .macro,
        "defmacro": .macro,
    ]
    /// Words of the languages themselves, which would be references without meaning.
    private static let plain: Set<String> = [
        "and", "await", "async", "bool", "break", "case", "catch", "char", "const", "continue", "default", "double",
        "else", "elif", "end", "export", "extends", "extern", "false", "final", "finally", "float", "for", "foreach",
        "from", "goto", "if", "implements", "import", "in", "int", "is", "let", "local", "long", "new", "nil", "not",
        "null", "override", "private", "protected", "public", "raise", "return", "self", "short", "static", "super",
        "switch", "then", "this", "throw", "true", "try", "unsigned", "use", "using", "val", "var", "void", "when",
        "where", "while", "with", "yield", "do", "or",
    ]
}
