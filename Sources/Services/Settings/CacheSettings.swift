import YAML

/// Reads what the configuration says under `cache`.
enum CacheSettings {
    private static let words = [
        "enabled", "exact", "semantic", "kinds", "share", "temperature", "unstated_temperature", "tools", "size",
    ]
    /// Kinds that have usual figures.
    private static let usual = ["decomposition", "response", "analysis"]

    static func read(_ node: ConfigurationNode, into cache: inout Settings.Cache) throws {
        if node.node.pairs == nil {
            cache.isEnabled = try node.isOn()
            return
        }
        for (name, value) in try node.entries(known: words) {
            switch name {
            case "enabled": cache.isEnabled = try value.isOn()
            case "exact": cache.isExact = try value.isOn()
            case "semantic": try readSemantic(value, into: &cache)
            case "kinds": try readKinds(value, into: &cache)
            case "share": cache.share = try value.choice(Settings.CacheShare.self)
            case "temperature": cache.temperature = try value.number(upTo: 2, "a temperature from 0 to 2")
            case "unstated_temperature": cache.keepsUnstatedTemperature = try value.isOn()
            case "tools": cache.allowsTools = try value.isOn()
            default: cache.size = try value.bytes()
            }
        }
        if cache.isEnabled, !cache.isExact, !cache.isSemantic {
            throw node.fault(
                "is on while exact and semantic are both off: switch one of them on, or write enabled: off")
        }
    }

    private static func readSemantic(_ node: ConfigurationNode, into cache: inout Settings.Cache) throws {
        if node.node.pairs == nil {
            cache.isSemantic = try node.isOn()
        } else {
            for (name, value) in try node.entries(known: ["enabled", "embedder", "patience"]) {
                switch name {
                case "enabled": cache.isSemantic = try value.isOn()
                case "patience": cache.embedderPatience = try value.duration()
                default: cache.embedder = try embedder(value)
                }
            }
        }
        if cache.isSemantic, cache.embedder == nil {
            throw node.fault("needs embedder: the provider/model that gives texts their vectors")
        }
    }

    private static func embedder(_ node: ConfigurationNode) throws -> String {
        let name = try node.text()
        guard name.contains("/"), name.first != "/", name.last != "/" else {
            throw node.fault("has to be of the form provider/model, such as local/nomic-embed-text, not '\(name)'")
        }
        return name
    }

    private static func readKinds(_ node: ConfigurationNode, into cache: inout Settings.Cache) throws {
        for (kind, value) in try node.entries() {
            guard kind.utf8.count <= 40, kind.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
            else { throw value.fault("is no name of a kind: use small letters, digits and hyphens") }
            var entry = cache.kinds[kind] ?? Settings.CacheKind()
            for (name, figure) in try value.entries(known: ["ttl", "similarity"]) {
                switch name {
                case "ttl": entry.timeToLive = try figure.duration()
                default: entry.similarity = try figure.number(upTo: 1, "a cosine from 0 to 1")
                }
            }
            if entry.timeToLive == nil, !usual.contains(kind) {
                throw value.fault("needs ttl: how long its answers are given again, such as 1d")
            }
            cache.kinds[kind] = entry
        }
    }
}

extension ConfigurationNode {
    fileprivate func number(upTo limit: Double, _ what: String) throws -> Double {
        guard let text = node.scalarText, let number = Double(text), number >= 0, number <= limit else {
            throw fault("has to be \(what), not '\(node.scalarText ?? "")'")
        }
        return number
    }
}
