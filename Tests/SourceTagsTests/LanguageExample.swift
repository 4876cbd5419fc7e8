import Testing

/// A source and what the map has to tell of it.
struct LanguageExample: Sendable, CustomTestStringConvertible {
    let path: String
    let source: String
    /// Every definition: `line-lastLine kind name`, indented by its depth, then a bar and the signature.
    let definitions: String
    /// Lines of `line kind name…`, which are all the references of that kind on that line.
    let references: String

    var testDescription: String { path }

    static let all = [
        python, javaScript, typeScript, tsx, go, rust, java, c, cpp, ruby, cSharp, php, shell, swift,
    ]
}
