import Policy
import Testing

@Suite struct `Path rules` {
    @Test(arguments: [
        ("*.swift", "a.swift", true), ("*.swift", "x/y/a.swift", true), ("/*.swift", "x/a.swift", false),
        ("src/**", "src/a/b.py", true), ("src/**", "src", false), ("src", "src/a", true), ("src", "x/src/a", true),
        ("/src", "x/src/a", false), ("src/", "src", false), ("src/", "x/src/a", true), ("a/**/b", "a/b", true),
        ("a/**/b", "a/x/y/b", true), ("a/*/b", "a/x/y/b", false), ("**/b", "b", true), ("f?o", "fo", false),
        ("f?o", "föo", true),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]x", "]x", true), ("[a", "[a", true),
        ("*.{ts,tsx}", "a.tsx", true), ("{a,b{c,d}}/e", "bd/e", true), ("{a}", "{a}", true), ("a\\*", "a*", true),
        ("a\\*", "ab", false),
        ("**", "a/b", true), ("*a*a*a*a*a*a*b", String(repeating: "a", count: 5000), false),
    ])
    func `patterns match as in gitignore`(pattern: String, path: String, matches: Bool) {
        #expect(Glob(pattern).matches(path) == matches)
    }

    @Test(arguments: [
        ".env", "a/.env", ".env.local", ".ENV", "prod.env", "deploy/server.pem", "id_rsa", "keys/id_ed25519.pub",
        "a.p12", "a.PFX",
        ".netrc", ".npmrc", ".pypirc", ".git/config", ".git", "sub/.git/hooks/pre-commit", ".ssh/known_hosts",
        ".aws/credentials",
        "config/credentials.json", "secrets.yaml", "Secrets.json", "home/.config/gh/hosts.yml", "./.env", "a//./.env/",
    ])
    func `secrets and git's own files are neither read nor written`(path: String) {
        for access in PathRules.Access.allCases {
            guard case .deny = PathRules(allow: ["**"]).decide(path, for: access) else {
                Issue.record("\(path) was allowed")
                return
            }
        }
    }

    @Test(arguments: [
        ".env.example", ".env.sample", ".env.template", "src/env.swift", "Sources/Secrets/Secrets.swift", ".gitignore",
        ".github/workflows/ci.yml", "keyboard.ts", "a/.", "docs/.hidden",
    ])
    func `other files are both read and written`(path: String) {
        #expect(PathRules.Access.allCases.map { PathRules().decide(path, for: $0) } == [.allow, .allow])
    }

    @Test func `the engine's settings are read, not written`() {
        #expect(PathRules().decide(".vencejo/config.yaml", for: .read) == .allow)
        #expect(
            PathRules().decide(".vencejo/config.yaml", for: .write)
                == .deny(
                    ".vencejo/config.yaml may not be written: an agent does not change the rules it works by (built-in rule vencejo)"
                ))
    }

    @Test(arguments: [
        "", "/etc/passwd", "../a", "a/../b", "a\0b", "~/x", "a\nb", ".g\u{200C}it/config",
        String(repeating: "a", count: 5000),
    ])
    func `what is no path inside the workspace is refused`(path: String) {
        guard case .deny = PathRules().decide(path, for: .read) else {
            Issue.record("\(path.debugDescription) was allowed")
            return
        }
    }

    @Test func `deny goes before allow, and a list of allowed paths excludes the rest`() {
        let rules = PathRules(allow: ["src/**", "*.md"], deny: ["src/vendor/"])
        #expect(rules.decide("src/a.py", for: .write) == .allow)
        #expect(rules.decide("docs/a.md", for: .write) == .allow)
        #expect(
            rules.decide("src/vendor/x", for: .write)
                == .deny("src/vendor/x may not be written: it is denied by src/vendor/"))
        #expect(
            rules.decide("Makefile", for: .read)
                == .deny("Makefile may not be read: it is outside of what is allowed, src/**, *.md"))
    }

    @Test func `narrowed rules allow what both allow`() {
        let rules = PathRules(allow: ["src/**"]).narrowed(by: PathRules(allow: ["**/*.py"], deny: ["src/b.py"]))
        let allowed = ["src/a.py", "src/a.js", "src/b.py", "c.py"].filter { rules.decide($0, for: .write) == .allow }
        #expect(allowed == ["src/a.py"])
    }
}
