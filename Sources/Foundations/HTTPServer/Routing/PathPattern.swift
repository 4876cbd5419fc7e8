/// The path of a route: `/runs/{run}/files/{path...}`.
///
/// A parameter in braces takes one segment, one with dots behind its name takes all that is left, at least one.
struct PathPattern: Sendable, Hashable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
        case rest(String)
    }

    let segments: [Segment]

    /// The pattern of a text, which begins with `/`; a malformed one is a mistake in the program and traps.
    init(_ text: String) {
        precondition(text.utf8.first == UInt8(ascii: "/"), "the path pattern '\(text)' does not begin with '/'")
        segments =
            text == "/"
            ? [] : text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(Self.segment)
        let isRestInside = segments.dropLast().contains { if case .rest = $0 { true } else { false } }
        precondition(!isRestInside, "the path pattern '\(text)' goes on behind the parameter that takes the rest")
        let names = names
        precondition(Set(names).count == names.count, "the path pattern '\(text)' names a parameter twice")
    }

    /// The names of its parameters in their order.
    var names: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }

    private static func segment(_ text: Substring) -> Segment {
        guard text.first == "{", text.last == "}" else {
            precondition(!text.contains("{") && !text.contains("}"), "the path segment '\(text)' is half a parameter")
            return .literal(String(text))
        }
        let name = text.dropFirst().dropLast()
        if name.hasSuffix("...") { return .rest(String(name.dropLast(3))) }
        precondition(!name.isEmpty, "a path parameter has no name")
        return .parameter(String(name))
    }
}
