/// A scenario's steps: what is given, what happens, and what then holds.
package struct ScenarioSteps: Sendable, Hashable {
    package let given: String
    package let when: String
    package let then: String
    /// Which parts there are, in the order in which they stand: `given`, `when`, `then`.
    package let order: [String]

    package init(_ text: String) {
        let words = text.replacing("**", with: "").split(whereSeparator: \.isWhitespace).map(String.init)
        var parts: [String: [String]] = [:]
        var order: [String] = []
        var current: String?
        for (index, word) in words.enumerated() {
            let bare = word.filter { $0.isLetter }
            let key = bare.lowercased()
            let isKeyword =
                ["given", "when", "then"].contains(key) && parts[key] == nil
                && (index == 0 || bare.first?.isUppercase == true
                    || words[index - 1].last.map { ",;.-".contains($0) } == true)
            if isKeyword {
                current = key
                parts[key] = []
                order.append(key)
            } else if let current {
                parts[current]?.append(word)
            }
        }
        func part(_ key: String) -> String {
            (parts[key] ?? []).joined(separator: " ").drop { ",:; ".contains($0) }.trimmed
        }
        (given, when, then) = (Self.clean(part("given")), Self.clean(part("when")), Self.clean(part("then")))
        self.order = order
    }

    /// Names of the parts that are missing or say nothing.
    package var missing: [String] {
        (when.isEmpty ? ["When"] : []) + (then.isEmpty ? ["Then"] : [])
    }

    package var isInOrder: Bool {
        order == ["given", "when", "then"].filter(order.contains)
    }

    private static func clean(_ text: String) -> String {
        text.hasSuffix(",") ? String(text.dropLast()) : text
    }
}
