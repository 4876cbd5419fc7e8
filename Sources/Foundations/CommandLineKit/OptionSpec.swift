/// The description of one option: a flag that is there or not, or a name with a value.
package struct OptionSpec: Sendable, Equatable {
    /// What follows the name of an option that takes a value.
    struct Value: Sendable, Equatable {
        let placeholder: String
        let choices: [String]
        let defaultText: String?
        let isRepeated: Bool
    }

    /// All the names with their dashes, in the order declared.
    package let names: [String]
    package let help: String
    let value: Value?

    /// An option without a value; names carry their dashes, as in `"-y", "--yes"`.
    package static func flag(_ names: String..., help: String) -> OptionSpec {
        OptionSpec(names: names, help: help, value: nil)
    }

    /// An option with a value.
    ///
    /// `defaultText` is shown in the help and never returned by the parser. Given twice, the last value counts,
    /// unless `isRepeated`, which keeps all.
    package static func value(
        _ names: String..., placeholder: String, help: String, choices: [String] = [], defaultText: String? = nil,
        isRepeated: Bool = false
    ) -> OptionSpec {
        let value = Value(
            placeholder: placeholder, choices: choices, defaultText: defaultText, isRepeated: isRepeated)
        return OptionSpec(names: names, help: help, value: value)
    }

    /// The name that messages use: the first long one, or the first of all.
    var displayName: String { names.first { $0.hasPrefix("--") } ?? names.first ?? "" }
}
