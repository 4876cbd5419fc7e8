import Policy
package import ServedCalls

/// A virtual key made ready for use: its patterns of models are compiled once.
package final class KnownKey: Sendable {
    package let key: VirtualKey
    private let patterns: [WildcardPattern]

    package init(_ key: VirtualKey) {
        self.key = key
        patterns = key.models.map { WildcardPattern($0) }
    }

    /// Whether the key may ask a model, `provider/model`.
    package func allows(_ model: String) -> Bool {
        patterns.isEmpty || patterns.contains { $0.matches(model) }
    }
}
