import YAML

/// Reads which models stand in for others, under `models.fallbacks`.
enum FallbackSettings {
    /// The providers that need no configuration.
    private static let builtIn = ["anthropic", "openai", "ollama"]

    static func read(_ node: ConfigurationNode, into fallbacks: inout [String: [String]]) throws {
        for (model, value) in try node.entries() {
            guard ConfigurationNode.isModelName(model) else {
                throw value.fault("is not of the form provider/model, such as anthropic/claude-sonnet-4-5")
            }
            var others: [String] = []
            for item in value.node.items ?? [value.node] {
                let entry = ConfigurationNode(node: item, key: value.key, file: value.file)
                let other = try entry.modelName()
                if other == model { throw entry.fault("names the model itself, which cannot stand in for itself") }
                if others.contains(other) { throw entry.fault("names \(other) twice") }
                others.append(other)
            }
            fallbacks[model] = others
        }
    }

    /// Whether every model that is named can be had at all, once all files are read.
    static func check(_ models: Settings.Models) throws {
        let known = Set(models.providers.keys).union(builtIn).sorted()
        for (model, others) in models.fallbacks.sorted(by: { $0.key < $1.key }) {
            for name in [model] + others {
                let provider = String(name.prefix { $0 != "/" })
                guard !known.contains(provider) else { continue }
                let nearest =
                    NearestWord.find(provider, among: known).map { "; did you mean '\($0)'?" }
                    ?? " (known: \(known.joined(separator: ", "))): add models.providers.\(provider)"
                throw SettingsError("models.fallbacks names \(name), but there is no provider '\(provider)'\(nearest)")
            }
        }
    }
}
