/// The functions of the expression language.
package enum ExpressionFunction: String, Sendable, Hashable, CaseIterable {
    case length, contains
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case lower, upper, trim, join, split, without, map, keys, first, last
    case `default`
    case fromJSON = "from_json"
    case toJSON = "to_json"
    case number, string, matches, quote

    /// How many values it takes.
    package var arity: ClosedRange<Int> {
        switch self {
        case .length, .lower, .upper, .trim, .keys, .first, .last, .fromJSON, .toJSON, .number, .string, .quote: 1...1
        case .contains, .startsWith, .endsWith, .split, .without, .map, .default, .matches: 2...2
        case .join: 1...2
        }
    }

    /// How it is called, and what it gives.
    package var summary: String {
        switch self {
        case .length:
            "length(x): the characters of a text, the elements of a list, the members of an object; 0 for null"
        case .contains: "contains(x, y): whether a text has a part, a list an element, an object a member"
        case .startsWith: "starts_with(text, part)"
        case .endsWith: "ends_with(text, part)"
        case .lower: "lower(text)"
        case .upper: "upper(text)"
        case .trim: "trim(text): without white space at either end"
        case .join: "join(list, between): the elements as one text; between is ', ' where it is left out"
        case .split: "split(text, by): the parts as a list"
        case .without: "without(list, other): the elements that are not in the other list"
        case .map: "map(list, 'member'): that member of each element, which may be a path such as 'a.b'"
        case .keys: "keys(object): the names of the members, in order"
        case .first: "first(list): the first element, null where there is none"
        case .last: "last(list): the last element, null where there is none"
        case .default: "default(x, y): x, or y where x is null or an empty text"
        case .fromJSON: "from_json(text): the value that a JSON text stands for"
        case .toJSON: "to_json(x): the value as JSON text"
        case .number: "number(text): the number that a text stands for"
        case .string: "string(x): the value as text, null as an empty one"
        case .matches: "matches(text, pattern): whether the whole text fits; * is any text, ? one character"
        case .quote: "quote(x): the text as one word of a shell command, a list as several"
        }
    }
}
