/// The options and positionals of one parsed command line.
///
/// Options are looked up by any of their names; the dashes may be left out. Asking for a name that was not given, or
/// not declared, yields `false`, `nil` or nothing.
package struct ParsedArguments: Sendable, Equatable {
    private var options: [String: [String]] = [:]
    private var positionalValues: [String: [String]] = [:]

    init() {}

    package func flag(_ name: String) -> Bool { options[Self.key(name)] != nil }

    /// The last value given for the option.
    package func value(_ name: String) -> String? { options[Self.key(name)]?.last }

    /// All the values given for the option, in order.
    package func values(_ name: String) -> [String] { options[Self.key(name)] ?? [] }

    package func positional(_ name: String) -> String? { positionalValues[name]?.first }

    package func positionals(_ name: String) -> [String] { positionalValues[name] ?? [] }

    mutating func record(_ option: OptionSpec, value: String?) {
        for key in Set(option.names.map(Self.key)) {
            options[key, default: []] += value.map { [$0] } ?? []
        }
    }

    mutating func record(_ positional: Positional, values: [String]) {
        positionalValues[positional.name] = values
    }

    private static func key(_ name: String) -> String { String(name.drop { $0 == "-" }) }
}
