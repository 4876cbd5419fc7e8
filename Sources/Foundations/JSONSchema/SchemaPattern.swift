import Synchronization

/// A regular expression of a schema, which finds a match anywhere in a string.
final class SchemaPattern: Sendable {
    let source: String
    private let regex: Mutex<Regex<AnyRegexOutput>>

    init(_ source: String) throws {
        self.source = source
        let regex = try Regex(Self.anchoringStrictly(source))
        self.regex = Mutex(
            regex.matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters())
    }

    func matches(_ text: String) -> Bool {
        // A failure to match is a failure of the text: the expression itself was compiled before.
        regex.withLock { (try? $0.firstMatch(in: text)) != nil }
    }

    /// ECMA-262's `$` is the very end, Swift's would also match before a last line feed.
    private static func anchoringStrictly(_ source: String) -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        var isInClass = false
        for scalar in source.unicodeScalars {
            if scalar == "$", !isEscaped, !isInClass {
                result.append(contentsOf: "\\z".unicodeScalars)
                continue
            }
            if !isEscaped {
                if scalar == "[" { isInClass = true }
                if scalar == "]" { isInClass = false }
            }
            isEscaped = scalar == "\\" && !isEscaped
            result.append(scalar)
        }
        return String(result)
    }
}
