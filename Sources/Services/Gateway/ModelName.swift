/// A model as configuration and ledger name it: `provider/model`, such as `anthropic/claude-sonnet-4-5`.
package struct ModelName: Sendable, Hashable, CustomStringConvertible {
    package var provider: String
    /// The provider's own name; it may contain slashes.
    package var model: String

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Nil where there is no slash, or nothing on one side of it.
    package init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let provider = String(text[..<slash])
        let model = String(text[text.index(after: slash)...])
        guard !provider.isEmpty, !model.isEmpty else { return nil }
        self.init(provider: provider, model: model)
    }

    package var description: String { "\(provider)/\(model)" }
}
