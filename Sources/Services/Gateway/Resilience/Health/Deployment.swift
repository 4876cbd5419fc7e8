/// A model as it can be had: from a provider, with one of its keys.
package struct Deployment: Sendable, Hashable, CustomStringConvertible {
    package var name: ModelName
    /// The place of the key among those of the provider, from 0.
    package var keyIndex: Int

    package init(name: ModelName, keyIndex: Int = 0) {
        self.name = name
        self.keyIndex = keyIndex
    }

    package var key: ProviderKey { ProviderKey(provider: name.provider, index: keyIndex) }

    /// `openai/gpt-5`, or `openai/gpt-5 with key 2`.
    package var description: String { keyIndex == 0 ? "\(name)" : "\(name) with key \(keyIndex + 1)" }
}

/// One of the keys of a provider, by its place and never by what it is.
package struct ProviderKey: Sendable, Hashable, CustomStringConvertible {
    package var provider: String
    package var index: Int

    package init(provider: String, index: Int = 0) {
        self.provider = provider
        self.index = index
    }

    package var description: String { "key \(index + 1) of \(provider)" }
}
