import YAML

extension Settings {
    /// How the gateway is served to others.
    package struct Serve: Sendable, Hashable {
        package var host = "127.0.0.1"
        package var port = 8790
        /// A Unix socket instead of an address.
        package var socket: String?
        /// Names that clients may call the server by, besides those of this machine.
        package var hosts: [String] = []
        /// Models by the names that clients use: a model, a tier, or `auto`.
        package var aliases: [String: String] = [:]
        /// Files in PEM form; both or none.
        package var certificate: String?
        package var key: String?
        /// For how many days the ledger has a line for each served call, before they are added up; nil is for ever.
        package var daysOfCalls: Int? = 400

        package init() {}
    }
}

/// Reads what the configuration says under `serve`.
enum ServeSettings {
    static func read(_ node: ConfigurationNode, into serve: inout Settings.Serve) throws {
        for (name, value) in try node.entries(known: ["address", "socket", "hosts", "aliases", "tls", "keep_calls"]) {
            switch name {
            case "address": (serve.host, serve.port) = try address(value)
            case "socket": serve.socket = try value.text()
            case "hosts": serve.hosts = try value.texts()
            case "aliases":
                for (alias, target) in try value.entries() { serve.aliases[alias] = try target.text() }
            case "keep_calls": serve.daysOfCalls = try days(value)
            default:
                for (part, file) in try value.entries(known: ["certificate", "key"]) {
                    if part == "key" { serve.key = try file.text() } else { serve.certificate = try file.text() }
                }
                if serve.key == nil || serve.certificate == nil {
                    throw value.fault("needs both certificate and key, each a file in PEM form")
                }
            }
        }
    }

    private static func days(_ node: ConfigurationNode) throws -> Int? {
        let text = node.node.scalarText ?? ""
        if text == "forever" { return nil }
        guard let days = Int(text.hasSuffix("d") ? String(text.dropLast()) : text), (1...36_500).contains(days) else {
            throw node.fault("has to be a number of days, such as 400, or forever, not '\(text)'")
        }
        return days
    }

    private static func address(_ node: ConfigurationNode) throws -> (String, Int) {
        let text = try node.text()
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon != text.startIndex
        else { throw node.fault("has to be an address with a port, such as 127.0.0.1:8790, not '\(text)'") }
        return (String(text[..<colon]), port)
    }
}
