import HTTPServer
import InternetAddresses
import JSON
import Secrets

/// What `vencejo serve` says when it listens: where, with which key, and how clients are pointed at it.
struct ServeNotice: Sendable {
    var address: BoundAddress
    var isEncrypted: Bool
    /// A key that was just made, which is shown this once.
    var key: Secret?

    /// The address as one word: a URL, or the path of a socket.
    var place: String {
        switch address {
        case .unix(let path): path
        case .tcp: "\(isEncrypted ? "https" : "http")://\(address)"
        }
    }

    var json: JSONValue {
        var object: JSONObject = ["address": .string(place)]
        if let key { object.set(.string(key.withValue { $0 }), for: "key") }
        return .object(object)
    }

    var text: String {
        let shown = key?.withValue { $0 } ?? "vj-…"
        var lines = ["Serving on \(place)"]
        if !isEncrypted, isOpen {
            lines.append(
                "Other machines can reach it, and what they send can be read on the way: set serve.tls, or put a proxy with TLS before it."
            )
        }
        lines += [
            "",
            key == nil
                ? "Keys: vencejo keys list, vencejo keys create NAME" : "The first key, shown this once: \(shown)",
            "",
        ]
        if case .unix = address {
            lines.append(
                "Models        curl --unix-socket \(place) -H 'Authorization: Bearer \(shown)' http://localhost/v1/models"
            )
        } else {
            lines += [
                "Claude Code   ANTHROPIC_BASE_URL=\(place) ANTHROPIC_AUTH_TOKEN=\(shown) claude",
                "OpenAI SDKs   OPENAI_BASE_URL=\(place)/v1 OPENAI_API_KEY=\(shown)",
                "Metrics       curl -H 'Authorization: Bearer \(shown)' \(place)/metrics",
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// Whether it listens on more than this machine.
    private var isOpen: Bool {
        guard case .tcp(let host, _) = address else { return false }
        guard let number = IPAddress(host) else { return host != "localhost" }
        return number == IPAddress(bytes: [0, 0, 0, 0]) || number == IPAddress("::")
            || number.closedPlace != "this machine"
    }
}
