/// Takes credentials out of a git configuration file and leaves all else, so that git works where they must not be seen.
enum GitConfigCleaner {
    /// The text without user and password in addresses, without extra headers, and without credential helpers and the
    /// like; a line that still looks as if it held a credential is left out whole.
    static func cleaned(_ text: String) -> String {
        var result = ""
        var section = ""
        for line in logicalLines(text) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("["), let header = cleanedHeader(trimmed) {
                section = header.name
                if !droppedSections.contains(section) { result += header.text + "\n" }
                if header.rest.isEmpty || droppedSections.contains(section) { continue }
                // `[section] key = value` may stand on one line.
                if let kept = cleanedEntry(header.rest) { result += kept + "\n" }
                continue
            }
            guard !droppedSections.contains(section) else { continue }
            if let kept = cleanedEntry(line[...]) { result += kept + "\n" }
        }
        return result
    }

    /// Sections that are about credentials alone.
    private static let droppedSections: Set<String> = ["credential", "sendemail", "imap"]

    /// Keys whose values are credentials, or commands that give them away.
    private static let droppedKeys: Set<String> = [
        "extraheader", "helper", "askpass", "proxyauthmethod", "cookiefile", "sslkey", "sslcertpasswordprotected",
        "sslcert", "password", "pass", "token", "user-token", "oauthtoken", "authorization",
    ]

    /// A line that ends in a backslash goes on in the next.
    private static func logicalLines(_ text: String) -> [String] {
        var lines: [String] = []
        var isOpen = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if isOpen { lines[lines.count - 1] += "\n" + line } else { lines.append(String(line)) }
            let slashes = line.reversed().prefix { $0 == "\\" }.count
            isOpen = slashes % 2 == 1
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func cleanedHeader(_ line: Substring) -> (name: String, text: String, rest: Substring)? {
        var isQuoted = false
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == "]", !isQuoted {
                let header = line[...index]
                let name = header.dropFirst().prefix { $0 != " " && $0 != "]" && $0 != "." && $0 != "\"" && $0 != "\t" }
                let rest = line[line.index(after: index)...].drop { $0 == " " || $0 == "\t" }
                return (name.lowercased(), withoutUsers(String(header)), rest)
            }
        }
        return nil
    }

    private static func cleanedEntry(_ line: Substring) -> String? {
        let key = line.drop { $0 == " " || $0 == "\t" }.prefix { $0 != "=" && $0 != " " && $0 != "\t" }.lowercased()
        guard !droppedKeys.contains(key) else { return nil }
        let kept = withoutUsers(String(line))
        return Repository.holdsCredential(kept.lowercased()) ? nil : kept
    }

    /// `https://user:password@host` becomes `https://host`; a name alone before an ssh host is no secret.
    private static func withoutUsers(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...].prefix { !"/\"' \t?#\n".contains($0) }
            let name = String(rest[..<scheme.lowerBound].reversed().prefix { $0.isLetter || $0 == "+" }.reversed())
            result += rest[..<scheme.upperBound]
            rest = rest[authority.endIndex...]
            guard let at = authority.lastIndex(of: "@") else {
                result += authority
                continue
            }
            let user = authority[..<at]
            let host = authority[authority.index(after: at)...]
            let isName = name.lowercased().hasSuffix("ssh") && !user.contains(":")
            result += isName ? authority : host
        }
        return result + rest
    }
}
