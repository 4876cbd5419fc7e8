/// A denial that no configuration lifts: files that hold secrets, and state that belongs to git or to the engine.
package struct BuiltInPathRule: Sendable, Hashable {
    /// What the rule is called in messages.
    package let name: String
    package let patterns: [String]
    package let exceptions: [String]
    package let access: [PathRules.Access]
    package let reason: String

    private let globs: [Glob]
    private let exceptionGlobs: [Glob]

    init(
        _ name: String, _ patterns: [String], except exceptions: [String] = [],
        access: [PathRules.Access] = [.read, .write],
        _ reason: String
    ) {
        self.name = name
        self.patterns = patterns
        self.exceptions = exceptions
        self.access = access
        self.reason = reason
        // Some file systems, and people, do not tell .ENV from .env.
        globs = patterns.map { Glob($0, case: .insensitive) }
        exceptionGlobs = exceptions.map { Glob($0, case: .insensitive) }
    }

    package static let all: [BuiltInPathRule] = [
        BuiltInPathRule(
            "env", [".env", ".env.*", "*.env", ".envrc"],
            except: [".env.{example,sample,template,dist,defaults}", "{example,sample,template}.env"],
            "environment files hold secrets"),
        BuiltInPathRule(
            "keys",
            [
                "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk",
                "id_{rsa,dsa,ecdsa,ed25519}*",
            ],
            "key files hold secrets"),
        BuiltInPathRule(
            "credentials",
            [
                ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".my.cnf", ".git-credentials", ".htpasswd",
                ".dockercfg",
                "credentials", "credentials.{json,yml,yaml,toml,ini,xml,csv,db}", "*service-account*.json",
                "*service_account*.json", "client_secret*.json", ".vault-token", "*.tfstate", "*.tfvars",
            ],
            "credential files hold secrets"),
        BuiltInPathRule(
            "secrets", ["secrets.*", "secret.{json,yml,yaml,toml,env,txt}", ".secrets"],
            except: [
                "secrets.{swift,go,rs,java,kt,c,h,cc,cpp,hpp,cs,ts,tsx,rb,ex,md,rst,html}",
                "secrets.{example,sample,template}*",
            ],
            "files of this name hold secrets"),
        BuiltInPathRule(
            "keyrings",
            [
                ".ssh", ".aws", ".gnupg", ".azure", ".kube", "**/.config/gcloud", "**/.config/gh",
                "**/.docker/config.json",
                "**/.config/op",
            ],
            "the folder holds credentials"),
        BuiltInPathRule("git", [".git"], "the engine alone touches git's own files"),
        BuiltInPathRule("vencejo", [".vencejo"], access: [.write], "an agent does not change the rules it works by"),
    ]

    /// The rule that denies a path; only the names count, so absolute paths and `..` are fine here.
    package static func denial(of path: String, for access: PathRules.Access) -> BuiltInPathRule? {
        let names = Glob.names(path, .insensitive)
        return all.first { $0.denies(names, for: access) }
    }

    private func denies(_ names: [[Unicode.Scalar]], for access: PathRules.Access) -> Bool {
        self.access.contains(access) && globs.contains { $0.matches(names: names) }
            && !exceptionGlobs.contains { $0.matches(names: names) }
    }
}
