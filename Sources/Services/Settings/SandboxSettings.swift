import Policy
import YAML

/// Reads what the configuration says under `sandbox`: the same words on every platform.
enum SandboxSettings {
    private static let words = [
        "enabled", "network", "allow", "writable", "readable", "caches", "environment", "limits",
    ]
    private static let limitWords = ["time", "cpus", "memory", "processes", "file_size", "output"]

    static func read(_ node: ConfigurationNode, into sandbox: inout Settings.Sandbox) throws {
        if node.node.pairs == nil {
            sandbox.isRequired = try node.isOn()
            return
        }
        let entries = try node.entries(known: words)
        for (name, value) in entries {
            switch name {
            case "enabled": sandbox.isRequired = try value.isOn()
            case "network": sandbox.network = try network(value)
            case "allow": sandbox.allow += try value.eachText().map(host)
            case "writable": sandbox.writable += try value.eachText().map(path)
            case "readable": sandbox.readable += try value.eachText().map(path)
            case "caches": sandbox.caches += try value.eachText().map(cache)
            case "environment": sandbox.environment += try value.eachText().map(variable)
            default: try readLimits(value, into: &sandbox.limits)
            }
        }
        if let allow = entries.first(where: { $0.name == "allow" })?.value, sandbox.network != .allowList {
            throw allow.fault(
                "lists hosts, which count only with sandbox.network: allow-list, and it is \(sandbox.network.rawValue)")
        }
        if !sandbox.isRequired, sandbox.network == .allowList {
            throw node.fault("cannot keep an allow-list of hosts while it is off: switch it on, or write network: on")
        }
    }

    private static func network(_ node: ConfigurationNode) throws -> Settings.Network {
        let text = node.node.scalarText ?? ""
        switch text {
        case "off", "false", "no": return .off
        case "on", "true", "yes": return .on
        default:
            guard let network = Settings.Network(rawValue: text) else {
                let words = Settings.Network.allCases.map(\.rawValue)
                let nearest = text.count > 4 ? NearestWord.find(text, among: words) : nil
                let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
                throw node.fault("has to be one of \(words.joined(separator: ", ")), not '\(text)'\(hint)")
            }
            return network
        }
    }

    private static func host(_ node: ConfigurationNode) throws -> HostPattern {
        let text = try node.text()
        do throws(PolicyError) {
            return try HostPattern(text)
        } catch {
            throw node.fault(error.message)
        }
    }

    private static func path(_ node: ConfigurationNode) throws -> String {
        let text = try node.text()
        guard text.hasPrefix("/") || text.hasPrefix("~/") else {
            throw node.fault("has to be a whole path such as /opt/sdk or ~/sdk, not '\(text)'")
        }
        return text
    }

    private static func cache(_ node: ConfigurationNode) throws -> String {
        let text = try path(node)
        guard !["~/", "/"].contains(text) else {
            throw node.fault("has to be one folder such as ~/.npm, not '\(text)'")
        }
        return text
    }

    private static func variable(_ node: ConfigurationNode) throws -> String {
        let text = try node.text()
        guard !text.contains("="), !text.contains(where: \.isWhitespace) else {
            throw node.fault("has to be the name of a variable, whose value comes from your environment, not '\(text)'")
        }
        guard !text.uppercased().hasSuffix("API_KEY") else {
            throw node.fault("names \(text), a key, which commands never get: take it out")
        }
        return text
    }

    private static func readLimits(_ node: ConfigurationNode, into limits: inout Settings.SandboxLimits) throws {
        for (name, value) in try node.entries(known: limitWords) {
            switch name {
            case "time": limits.time = try value.duration()
            case "cpus": limits.cpus = try value.share()
            case "memory": limits.memory = try value.bytes()
            case "processes": limits.processes = try value.count()
            case "file_size": limits.fileSize = try value.bytes()
            default: limits.output = try value.bytes()
            }
        }
    }
}

extension ConfigurationNode {
    /// The texts of a list, or of a text alone, each with its place.
    fileprivate func eachText() throws -> [ConfigurationNode] {
        if node.isNull { return [] }
        guard let items = node.items else { return [self] }
        return items.map { ConfigurationNode(node: $0, key: key, file: file) }
    }
}
