/// One word of a shell command after quotes are taken away, as far as it can be known without running anything.
package struct ShellWord: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String, isQuoted: Bool)
        /// An expansion; unquoted ones may become no word or many.
        case unknown(isQuoted: Bool)
    }

    var pieces: [Piece] = []
    /// Commands inside the word: `$(…)`, backticks, `<(…)`.
    var commands: [ShellNode] = []

    init() {}

    init(_ text: String) {
        pieces = [.text(text, isQuoted: true)]
    }

    /// The word's value; nil when any of it is only known at run time.
    ///
    /// File patterns are not expanded.
    package var literal: String? {
        var value = ""
        for piece in pieces {
            guard case .text(let text, _) = piece else { return nil }
            value += text
        }
        return value
    }

    /// The word for reading, with `…` for what is not known.
    package var text: String {
        pieces.map { if case .text(let text, _) = $0 { text } else { "…" } }.joined()
    }

    /// Holds a file pattern, so that it may become several words.
    var isFilePattern: Bool {
        pieces.contains { piece in
            guard case .text(let text, false) = piece else { return false }
            return text.contains { $0 == "*" || $0 == "?" } || (text.contains("[") && text.contains("]"))
        }
    }

    /// May become no word, or several, that nobody can foresee.
    var isOpen: Bool { pieces.contains(.unknown(isQuoted: false)) }

    /// What the word may turn into.
    var pattern: WildcardPattern {
        if isFilePattern, let literal { return WildcardPattern(literal) }
        return WildcardPattern(parts: pieces.map { if case .text(let text, _) = $0 { text } else { nil } })
    }

    mutating func append(_ text: String, isQuoted: Bool) {
        if case .text(let last, isQuoted) = pieces.last {
            pieces[pieces.count - 1] = .text(last + text, isQuoted: isQuoted)
        } else {
            pieces.append(.text(text, isQuoted: isQuoted))
        }
    }
}

/// A redirection of a command's input or output.
package struct ShellRedirection: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case read, write
        /// Text that stands in the script itself, as a here-document or a here-string.
        case text
    }

    package var kind: Kind
    package var target: ShellWord
}

/// A shell script as a tree, in the detail that decisions need.
indirect enum ShellNode: Sendable, Hashable {
    case simple(Simple)
    case pipeline([ShellNode])
    /// Commands one after another, whatever joins them; also the bodies of loops and conditions.
    case sequence([ShellNode], redirections: [ShellRedirection])
    case background(ShellNode)
    case function(name: String, body: ShellNode)

    struct Simple: Sendable, Hashable {
        var assignments: [Assignment] = []
        var words: [ShellWord] = []
        var redirections: [ShellRedirection] = []
    }

    struct Assignment: Sendable, Hashable {
        var name: String
        var value: ShellWord
    }
}

/// Why a text could not be read as a shell script.
struct ShellSyntaxError: Error, Hashable {
    let message: String
}
