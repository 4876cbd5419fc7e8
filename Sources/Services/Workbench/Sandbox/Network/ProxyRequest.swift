import InternetAddresses
import Policy

/// The head of a request to the proxy: where it wants to go, and what is to be said there.
struct ProxyRequest: Sendable, Hashable {
    static let longestHead = 32 << 10

    /// In small letters; an address without brackets.
    let host: String
    let port: UInt16
    /// What goes to the other side first; nil where the client opens a tunnel and speaks for itself.
    let forwarded: [UInt8]?

    /// Why a request is not understood; one sentence for the client.
    struct Fault: Error, Hashable {
        let message: String
    }

    /// Reads a head with its final empty line: `CONNECT host:port`, or any method with an `http://` address.
    init(head: [UInt8]) throws(Fault) {
        guard head.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 13 || $0 == 10 || $0 == 9 }) else {
            throw Fault(message: "the request holds control characters")
        }
        let breaks = zip([0] + head, head + [0]).filter { ($0 == 13) != ($1 == 10) }
        guard breaks.isEmpty else { throw Fault(message: "a line of the request does not end as HTTP's lines do") }
        let text = String(decoding: head, as: UTF8.self)
        let lines = Self.lines(text)
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", Self.isToken(words[0]) else {
            throw Fault(message: "the request's first line is no HTTP")
        }
        let headers = try Self.headers(lines.dropFirst())
        if words[0] == "CONNECT" {
            guard let (host, port) = HostPattern.split(String(words[1])), let port else {
                throw Fault(message: "CONNECT needs host:port")
            }
            self.host = try Self.checked(host)
            self.port = port
            forwarded = nil
            return
        }
        guard words[1].lowercased().hasPrefix("http://") else {
            throw Fault(message: "the proxy takes CONNECT and addresses that begin with http://")
        }
        let address = words[1].dropFirst(7)
        let authority = String(address.prefix { $0 != "/" && $0 != "?" })
        guard !address.contains("#"), !authority.contains("@"), let (host, port) = HostPattern.split(authority) else {
            throw Fault(message: "the address in the request is not understood")
        }
        self.host = try Self.checked(host)
        self.port = port ?? 80
        let path = address.dropFirst(authority.count)
        // The host that was judged is the host that is named there; one request a connection, so that no second
        // one can name another.
        var head = "\(words[0]) \(path.hasPrefix("/") ? "" : "/")\(path) HTTP/1.1\r\nHost: \(authority)\r\n"
        for (name, value) in headers where !Self.hopByHop.contains(name.lowercased()) {
            head += "\(name): \(value)\r\n"
        }
        forwarded = Array((head + "Connection: close\r\n\r\n").utf8)
    }

    private static let hopByHop: Set<String> = [
        "host", "connection", "proxy-connection", "proxy-authorization", "keep-alive", "upgrade", "te",
    ]

    private static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        while lines.count > 1, lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func headers(_ lines: ArraySlice<String>) throws(Fault) -> [(String, String)] {
        var headers: [(String, String)] = []
        for line in lines {
            guard let colon = line.utf8.firstIndex(of: 58), isToken(line[..<colon]),
                !line.utf8.contains(13), !line.utf8.contains(10)
            else { throw Fault(message: "a header of the request is malformed") }
            let value = line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append((String(line[..<colon]), String(value)))
        }
        let lengths = headers.filter { ["content-length", "transfer-encoding"].contains($0.0.lowercased()) }
        // Two lengths are how one request is hidden in another.
        guard lengths.count <= 1 else { throw Fault(message: "the request gives its length twice") }
        return headers
    }

    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }

    private static func checked(_ host: String) throws(Fault) -> String {
        var host = host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        guard HostPattern.isName(host) || IPAddress(host) != nil else {
            throw Fault(message: "'\(host)' is neither a host's name nor a full address")
        }
        return host
    }
}
