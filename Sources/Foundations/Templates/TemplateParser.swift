/// Reads a template's text into its parts.
struct TemplateParser {
    private let name: String
    private let tokens: [TemplateTokens.Token]
    private var position = 0
    private var depth = 0
    private static let deepest = 50

    init(text: String, name: String) throws(TemplateError) {
        self.name = name
        tokens = try TemplateTokens(text, name: name).tokens
    }

    mutating func parse() throws(TemplateError) -> [TemplatePart] {
        let parts = try block()
        if case .tag(let tag, let place)? = current {
            throw TemplateError(.syntax, name, place, "{{\(tag)}} belongs to no block that is open here")
        }
        return parts
    }

    private var current: TemplateTokens.Token? { position < tokens.count ? tokens[position] : nil }

    /// The parts up to a tag that ends or divides a block.
    private mutating func block() throws(TemplateError) -> [TemplatePart] {
        var parts: [TemplatePart] = []
        while let token = current {
            switch token {
            case .text(let text):
                position += 1
                parts.append(.text(text))
            case .tag(let tag, let place):
                if tag.hasPrefix("/") || tag == "else" { return parts }
                position += 1
                parts.append(try part(tag, place))
            }
        }
        return parts
    }

    private mutating func part(_ tag: String, _ place: TemplatePlace) throws(TemplateError) -> TemplatePart {
        let words = tag.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else { throw TemplateError(.syntax, name, place, "{{}} is empty") }
        guard first.hasPrefix("#") else {
            guard words.count == 1 else { throw TemplateError(.syntax, name, place, "{{\(tag)}} is no name") }
            return .value(try path(first, place))
        }
        guard first == "#if" || first == "#each" else {
            throw TemplateError(
                .syntax, name, place, "{{\(tag)}} is unknown; there are {{#if name}} and {{#each name}}")
        }
        guard words.count == 2 else { throw TemplateError(.syntax, name, place, "{{\(tag)}} takes one name") }
        let path = try path(words[1], place)
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw TemplateError(.syntax, name, place, "blocks are nested deeper than \(Self.deepest) levels")
        }
        let body = try block()
        guard first == "#if" else {
            try close("/each", opened: tag, place)
            return .each(path, body: body)
        }
        var otherwise: [TemplatePart] = []
        if case .tag("else", _)? = current {
            position += 1
            otherwise = try block()
        }
        try close("/if", opened: tag, place)
        return .condition(path, then: body, otherwise: otherwise)
    }

    private func path(_ text: String, _ place: TemplatePlace) throws(TemplateError) -> TemplatePath {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isIndex = names == ["@index"]
        guard isIndex || names.allSatisfy(Self.isName) else {
            throw TemplateError(.syntax, name, place, "'\(text)' is no name; names have letters, digits, _ and -")
        }
        return TemplatePath(names: names, place: place)
    }

    private static func isName(_ text: String) -> Bool {
        text.first.map { $0.isLetter || $0 == "_" } == true
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }

    private mutating func close(_ tag: String, opened: String, _ place: TemplatePlace) throws(TemplateError) {
        guard case .tag(let found, let here)? = current else {
            throw TemplateError(.syntax, name, place, "{{\(opened)}} is not closed by {{\(tag)}}")
        }
        guard found == tag else {
            let opener = "{{\(opened)}} of line \(place.line)"
            throw TemplateError(.syntax, name, here, "{{\(found)}} stands where {{\(tag)}} should close \(opener)")
        }
        position += 1
    }
}
