/// An absolute `http` or `https` address, read strictly: what could be understood in two ways is refused.
package struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    package let scheme: String
    /// In lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int?
    /// The path with its query, from `/` on; without a fragment.
    package let target: String

    package init(_ text: String) throws(WebPageError) {
        guard let mark = text.firstRange(of: "://") else {
            throw WebPageError(.invalidAddress, "\(text) is no web address; write it with https:// in front")
        }
        scheme = text[..<mark.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw WebPageError(.refused, "\(text) is neither http nor https; only web pages can be fetched")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw WebPageError(.invalidAddress, "the address holds blanks or backslashes; write them as %20 and %5C")
        }
        let rest = text[mark.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else {
            throw WebPageError(.refused, "an address with a user name or password in it is not fetched; take them out")
        }
        guard let (host, port) = Self.split(authority) else {
            throw WebPageError(.invalidAddress, "\(text) has no host that can be understood")
        }
        self.host = host
        self.port = port
        let tail = rest[end...].prefix { $0 != "#" }
        target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    package var description: String { "\(scheme)://\(authority)\(target)" }

    /// The host, with the port where one is written.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    /// The address that a link or redirect on this one leads to.
    package func resolving(_ link: String) throws(WebPageError) -> WebAddress {
        if let colon = link.firstIndex(of: ":"),
            link[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) }),
            link.first?.isLetter == true
        {
            return try WebAddress(link)
        }
        let origin = "\(scheme)://\(authority)"
        if link.hasPrefix("//") { return try WebAddress("\(scheme):\(link)") }
        if link.hasPrefix("/") { return try WebAddress(origin + Self.normalized(link)) }
        let path = target.prefix { $0 != "?" }
        if link.hasPrefix("?") { return try WebAddress(origin + path + link) }
        if link.isEmpty || link.hasPrefix("#") { return self }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return try WebAddress(origin + Self.normalized(folder + link))
    }

    /// Takes `.` and `..` out of the path.
    private static func normalized(_ target: String) -> String {
        let end = target.firstIndex { "?#".contains($0) } ?? target.endIndex
        var parts: [Substring] = []
        let all = target[..<end].split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in all.enumerated() {
            let isLast = index == all.count - 1
            switch part {
            case ".": if isLast { parts.append("") }
            case "..":
                _ = parts.popLast()
                if isLast { parts.append("") }
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/") + target[end...]
    }

    private static func split(_ authority: Substring) -> (String, Int?)? {
        var name = authority
        var port: Int?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            name = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            if !tail.isEmpty {
                guard tail.hasPrefix(":"), let number = UInt16(tail.dropFirst()) else { return nil }
                port = Int(number)
            }
            guard name.contains(":"), name.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else { return nil }
            return (name.lowercased(), port)
        }
        if let colon = authority.lastIndex(of: ":") {
            name = authority[..<colon]
            guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
            port = Int(number)
        }
        let isName = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-._".utf8.contains(byte)
        }
        guard !name.isEmpty, isName else { return nil }
        return (name.lowercased(), port)
    }
}
