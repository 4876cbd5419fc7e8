import Files
import YAML

/// Reads what the configuration says under `models` of which model is for what.
enum RoutingSettings {
    static let words = ["tiers", "kinds", "environment", "escalations", "unknown_prices", "catalogue"]
    /// From the smallest.
    static let tiers = ["small", "medium", "large", "frontier"]
    static let kinds = [
        "specify", "plan", "code", "test", "review", "document", "explore", "chat", "classify", "embed",
    ]

    static func read(_ name: String, _ node: ConfigurationNode, into models: inout Settings.Models) throws {
        switch name {
        case "tiers":
            for (tier, value) in try node.entries(known: tiers) { models.tiers[tier] = try list(value) }
            for (index, tier) in tiers.enumerated() {
                for other in tiers[..<index] {
                    guard let twice = models.tiers[tier]?.first(where: { models.tiers[other]?.contains($0) == true })
                    else { continue }
                    throw node.fault("lists \(twice) under \(other) and under \(tier): leave it in one of them")
                }
            }
        case "kinds":
            for (kind, value) in try node.entries(known: kinds) { models.kinds[kind] = try target(value) }
        case "environment": models.environment = try node.choice(Settings.Environment.self)
        case "escalations": try escalations(node, into: &models)
        case "unknown_prices": models.unknownPrices = try node.choice(Settings.UnknownPrices.self)
        default: models.catalogues.append(try path(node))
        }
    }

    /// A tier's name, or a model.
    static func target(_ node: ConfigurationNode) throws -> String {
        let text = try node.text()
        return tiers.contains(text) ? text : try model(node, or: "a tier (\(tiers.joined(separator: ", ")))")
    }

    static func model(_ node: ConfigurationNode, or other: String? = nil) throws -> String {
        let name = try node.text()
        guard name.contains("/"), name.first != "/", name.last != "/" else {
            throw node.fault(
                "has to be \(other.map { "\($0) or " } ?? "")of the form provider/model, such as anthropic/claude-sonnet-4-5, not '\(name)'"
            )
        }
        return name
    }

    private static func list(_ node: ConfigurationNode) throws -> [String] {
        let nodes = (node.node.items ?? [node.node]).map { ConfigurationNode(node: $0, key: node.key, file: node.file) }
        var models: [String] = []
        for node in nodes {
            let name = try model(node)
            guard !models.contains(name) else { throw node.fault("lists \(name) twice") }
            models.append(name)
        }
        return models
    }

    /// A number, or `{ most: 2, frugal: on }`.
    private static func escalations(_ node: ConfigurationNode, into models: inout Settings.Models) throws {
        guard node.node.pairs != nil else {
            models.escalations = ["off", "false", "no"].contains(node.node.scalarText) ? 0 : try node.count(atLeast: 0)
            return
        }
        for (name, value) in try node.entries(known: ["most", "frugal"]) {
            if name == "most" {
                models.escalations = try value.count(atLeast: 0)
            } else {
                models.escalatesInFrugal = try value.isOn()
            }
        }
    }

    /// A path as seen from the project, or from the folder of the user's own configuration.
    private static func path(_ node: ConfigurationNode) throws -> String {
        let text = try node.text()
        guard !text.hasPrefix("~") else { throw node.fault("has to be a path without ~, not '\(text)'") }
        let folder = FilePath(node.file).parent
        return FilePath(text).resolved(from: folder.name == ".vencejo" ? folder.parent : folder).string
    }
}
