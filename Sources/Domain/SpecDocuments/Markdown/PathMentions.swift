/// Finds the files that a sentence speaks of.
enum PathMentions {
    /// Paths in the order of their first mention; a bare word needs more proof of being a path than a backticked one.
    static func find(in text: String) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        for (index, piece) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                let word = clean(String(piece).trimmed)
                if isPath(word, isQuoted: true), seen.insert(word).inserted { found.append(word) }
            } else {
                for token in piece.split(whereSeparator: \.isWhitespace) {
                    for part in token.split(whereSeparator: { "(),;\"'<>|".contains($0) }) {
                        let word = clean(String(part))
                        if isPath(word, isQuoted: false), seen.insert(word).inserted { found.append(word) }
                    }
                }
            }
        }
        return found
    }

    private static func clean(_ token: String) -> String {
        var word = Substring(token)
        while let last = word.last, ".:!?*".contains(last), word.count > 1, !word.hasSuffix("/*") { word.removeLast() }
        while let first = word.first, first == "*" || first == ":" { word.removeFirst() }
        // "file.swift:120" and "file.swift:120-130" point into a file.
        if let colon = word.lastIndex(of: ":"), !word[colon...].dropFirst().isEmpty,
            word[colon...].dropFirst().allSatisfy({ $0.isNumber || $0 == "-" })
        {
            word = word[..<colon]
        }
        return String(word)
    }

    private static func isPath(_ word: String, isQuoted: Bool) -> Bool {
        guard word.count >= 3, word.utf8.count <= 400, !word.contains("://"), !word.contains(" "), !word.hasPrefix("-"),
            word.utf8.allSatisfy({ $0.isWordByte || "./-+@[]{}$~*#".utf8.contains($0) })
        else { return false }
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last else { return false }
        guard parts.count > 1 else { return isFileName(word) }
        if parts[0].isEmpty, !hasExtension(name) { return false }
        if mediaTypes.contains(parts[0].lowercased()), parts.count == 2, !hasExtension(name) { return false }
        if name.isEmpty { return true }
        return hasExtension(name) || plainNames.contains(String(name)) || word.hasPrefix("./") || isQuoted
    }

    private static func hasExtension(_ name: Substring) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        let tail = name[dot...].dropFirst()
        return (1...12).contains(tail.count) && tail.utf8.allSatisfy { $0.isDigit || $0.isLetter }
            && tail.utf8.contains { $0.isLetter }
    }

    private static func isFileName(_ word: String) -> Bool {
        if plainNames.contains(word) { return true }
        guard let dot = word.lastIndex(of: "."), !products.contains(word.lowercased()) else { return false }
        return extensions.contains(word[dot...].dropFirst().lowercased()) && !word.hasPrefix("*")
    }

    private static let mediaTypes: Set<String> = [
        "application", "text", "image", "audio", "video", "multipart", "font",
    ]
    private static let plainNames: Set<String> = [
        "Makefile", "Dockerfile", "Containerfile", "Gemfile", "Rakefile", "Procfile", "Justfile", "Vagrantfile",
        "LICENSE",
        ".gitignore", ".gitattributes", ".dockerignore", ".editorconfig", ".swift-format", ".prettierrc", ".eslintrc",
    ]
    private static let products: Set<String> = [
        "node.js", "next.js", "vue.js", "nuxt.js", "express.js", "three.js", "d3.js", "react.js", "nest.js", "ember.js",
        "chart.js", "alpine.js", "p5.js", "moment.js", "asp.net",
    ]
    private static let extensions: Set<String> = [
        "md", "txt", "rst", "json", "jsonl", "yaml", "yml", "toml", "ini", "cfg", "conf", "xml", "html", "css", "scss",
        "less",
        "js", "mjs", "cjs", "ts", "tsx", "jsx", "vue", "svelte", "py", "pyi", "rb", "go", "rs", "swift", "java", "kt",
        "kts",
        "scala", "c", "h", "cc", "cpp", "hpp", "m", "mm", "cs", "fs", "php", "pl", "lua", "sh", "bash", "zsh", "ps1",
        "sql",
        "proto", "graphql", "lock", "gradle", "ex", "exs", "erl", "hs", "clj", "dart", "r", "jl", "tf", "csv", "svg",
        "env",
        "example", "log", "mod", "sum", "plist", "bat", "cmake", "nix", "zig",
    ]
}
