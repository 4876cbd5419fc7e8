import Files
import SourceTags

/// The definitions and tests of one source file with all lines that belong to them.
///
/// It goes by words and by indentation alone, so that it says the same on every machine: what is linked today by one
/// computer is compared tomorrow by another, with or without grammars.
package struct SourceOutline: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable { case function, type, value, test, suite }

        package var kind: Kind
        /// As it is written; of a test in words, its words.
        package var name: String
        /// The names of what is around it, the outermost first.
        package var containers: [String]
        /// Where comments and attributes above it begin, from 1; otherwise the same as `line`.
        package var headLine: Int
        package var line: Int
        package var lastLine: Int
        /// Whether it is a test by its name, an attribute or the function that is called.
        package var isTest: Bool
        /// Comments and attributes above, the lines up to the body, and what the body begins with: a docstring or comments.
        package var head: String
        /// Apart from others of the same name in the file: 1 for the first.
        package var occurrence: Int

        /// `Store.load`; of the second of a name `Store.load~2`.
        package var path: String {
            (containers + [name]).joined(separator: ".") + (occurrence > 1 ? "~\(occurrence)" : "")
        }
    }

    /// In the order of their first lines; what is around others goes before them.
    package let entries: [Entry]
    let lines: SourceLines

    /// Nil for a file that is no source code by its name and first line.
    package init?(_ bytes: [UInt8], path: String) {
        guard let style = SourceStyle(path: path, source: bytes) else { return nil }
        self.init(bytes, style: style)
    }

    init(_ bytes: [UInt8], style: SourceStyle) {
        let lines = SourceLines(bytes, style: style)
        self.lines = lines
        var reader = OutlineReader(lines: lines)
        entries = reader.read()
    }

    /// The entry of this path, such as `Store.load`.
    package func entry(_ path: String) -> Entry? { entries.first { $0.kind != .suite && $0.path == path } }

    /// The tests, those in words and those that are functions.
    package var tests: [Entry] { entries.filter(\.isTest) }
}

/// What of a language's looks decides over where a definition begins and ends.
struct SourceStyle: Sendable, Hashable {
    enum Family: Sendable, Hashable { case python, ruby, shell, cLike, other }

    var language: String
    var family: Family
    /// The marks of a comment up to the end of its line.
    var lineComments: [[UInt8]]
    var hasBlockComments: Bool
    /// Marks of texts of several lines.
    var longTexts: [[UInt8]]

    init?(path: String, source: [UInt8]) {
        let name: String
        if let known = Language.of(path: path, source: source) {
            name = known.name
        } else if IdentifierReader.knows(path) {
            name = FilePath(path).extension?.lowercased() ?? ""
        } else {
            return nil
        }
        self.init(language: name)
    }

    init(language: String) {
        self.language = language
        let triple = [Array("\"\"\"".utf8)]
        switch language {
        case "python":
            (family, lineComments, hasBlockComments) = (.python, [Array("#".utf8)], false)
            longTexts = triple + [Array("'''".utf8)]
        case "ruby", "ex", "exs", "cr", "jl":
            (family, lineComments, hasBlockComments, longTexts) = (.ruby, [Array("#".utf8)], false, triple)
        case "bash", "fish", "zsh", "r", "pl", "pm", "tcl", "nim", "gd", "coffee":
            (family, lineComments, hasBlockComments, longTexts) = (.shell, [Array("#".utf8)], false, [])
        case "lua", "hs", "sql", "elm", "ada", "adb", "ads":
            (family, lineComments, hasBlockComments, longTexts) = (.other, [Array("--".utf8)], false, [])
        case "clj", "cljs", "asm", "s", "erl", "vim":
            (family, lineComments, hasBlockComments, longTexts) = (
                .other, [Array(";".utf8), Array("%".utf8)], false, []
            )
        case "javascript", "typescript", "tsx", "go", "vue", "svelte":
            (family, lineComments, hasBlockComments) = (.cLike, [Array("//".utf8)], true)
            longTexts = [Array("`".utf8)]
        case "php", "tf":
            (family, lineComments, hasBlockComments) = (.cLike, [Array("//".utf8), Array("#".utf8)], true)
            longTexts = []
        default:
            (family, lineComments, hasBlockComments, longTexts) = (.cLike, [Array("//".utf8)], true, triple)
        }
    }

    /// Whether functions are written without a word such as `func` before them.
    var hasBareFunctions: Bool {
        [
            "java", "c", "cpp", "c-sharp", "javascript", "typescript", "tsx", "dart", "groovy", "d", "m", "mm", "vue",
            "svelte",
        ]
        .contains(language)
    }

    /// Whether a function's type stands before its name.
    var hasTypesBeforeNames: Bool { !["javascript", "typescript", "tsx", "vue", "svelte"].contains(language) }
}
