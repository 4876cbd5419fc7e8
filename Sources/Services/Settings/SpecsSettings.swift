/// Reads what the configuration says under `specs`.
enum SpecsSettings {
    static func read(_ node: ConfigurationNode, into specs: inout Settings.Specs) throws {
        for (_, value) in try node.entries(known: ["preset"]) {
            let name = try value.text()
            // It becomes a folder's name.
            guard !name.hasPrefix("."), name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
                throw value.fault("has to be a preset's name, such as minimal, not '\(name)'")
            }
            specs.preset = name
        }
    }
}
