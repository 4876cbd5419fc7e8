import HTTPServer
import WireFormats

/// Who may come in at all: requests for this host by name, and from no other web page (X1).
///
/// A page in a browser cannot choose these two headers, so that it can neither reach a local server under a name of its own
/// (DNS rebinding) nor send it requests across origins.
package struct Door: Sendable {
    private let hosts: Set<String>

    /// - Parameter hosts: names that the server goes by besides those of the local machine, without a port.
    package init(hosts: [String] = []) {
        self.hosts = Set(hosts.map { $0.lowercased() } + ["localhost", "127.0.0.1", "[::1]"])
    }

    var guarding: Middleware {
        { request, next in
            try check(request)
            var response = try await next(request)
            response.headers["x-content-type-options"] = "nosniff"
            return response
        }
    }

    private func check(_ request: Request) throws(Refusal) {
        guard let host = request.headers["host"].map(Self.name(of:)) else { return }
        guard hosts.contains(host) else {
            throw Refusal(
                .forbidden,
                "This server does not go by the name \(host); name it under serve.hosts in the configuration.")
        }
        guard let origin = request.headers["origin"] else { return }
        guard let authority = origin.split(separator: "//").last.map(String.init), origin.contains("://"),
            hosts.contains(Self.name(of: authority)), authority == request.headers["host"]
        else { throw Refusal(.forbidden, "Requests from the web page \(origin.prefix(100)) are not taken.") }
    }

    /// A host without its port, in lower case.
    private static func name(of authority: String) -> String {
        let text = authority.lowercased().utf8
        if text.first == UInt8(ascii: "["), let end = text.firstIndex(of: UInt8(ascii: "]")) {
            return String(Substring(text[...end]))
        }
        return String(Substring(text.prefix { $0 != UInt8(ascii: ":") }))
    }
}
