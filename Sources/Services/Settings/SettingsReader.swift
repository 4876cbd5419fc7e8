package import Files
import Money
import Runs
import Secrets
import YAML

/// Reads configuration files into settings: the user's own first, the project's above it.
package struct SettingsReader: Sendable {
    private let environment: [String: String]
    private let trust: SettingsTrust?

    /// - Parameter trust: Whose projects may reach further than their own work; nil lets all of them.
    package init(environment: [String: String], trust: SettingsTrust? = nil) {
        self.environment = environment
        self.trust = trust
    }

    /// Where a user's own configuration lives: `$XDG_CONFIG_HOME/vencejo/config.yaml`.
    package var userFile: FilePath? {
        if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty { return FilePath(base) / "vencejo/config.yaml" }
        return environment["HOME"].map { FilePath($0) / ".config/vencejo/config.yaml" }
    }

    package static let projectFile = ".vencejo/config.yaml"
    static let projectCatalogue = ".vencejo/models.yaml"

    /// The settings for a project, or those outside any.
    ///
    /// Throws where the project reaches further than its own work and the user does not trust it with that.
    package func read(project: FilePath?) throws -> Settings {
        if let project, let trust, let first = try reaches(of: project).first, try !trust.isTrusted(project) {
            throw SettingsError(
                """
                \(project / Self.projectFile):\(first.line): \(first.key) \(first.effect), which a project may do only once you \
                trust it: look at the file, then run `vencejo config trust`, or write it into your own configuration
                """)
        }
        var settings = Settings()
        for file in [userFile, project.map { $0 / Self.projectFile }].compactMap(\.self) {
            let catalogue = file.parent / "models.yaml"
            if FileSystem.exists(catalogue) { settings.models.catalogues.append(catalogue.string) }
            guard FileSystem.exists(file) else { continue }
            let text: String
            do throws(FileError) {
                text = try FileSystem.readText(file)
            } catch {
                throw SettingsError("the configuration cannot be read: \(error.message)")
            }
            try apply(text, from: file.string, to: &settings)
            settings.sources.append(file.string)
        }
        try FallbackSettings.check(settings.models)
        return settings
    }

    /// What of a project's settings reaches further than its own work: to money, secrets, other hosts, out of the sandbox.
    package func reaches(of project: FilePath) throws -> [ProjectReach] {
        let own = try SettingsReader(environment: environment).read(project: nil)
        var found: [ProjectReach] = []
        let file = project / Self.projectFile
        if FileSystem.exists(file) {
            do {
                found = ProjectReach.found(in: try YAMLNode.parse(try FileSystem.readText(file)), over: own)
            } catch let error as YAMLError {
                throw SettingsError("\(file):\(error.line): \(error.message)")
            } catch let error as FileError {
                throw SettingsError("the configuration cannot be read: \(error.message)")
            }
        }
        if FileSystem.exists(project / Self.projectCatalogue) {
            found.append(ProjectReach(key: Self.projectCatalogue, line: 1, effect: "changes what calls are counted as"))
        }
        return found
    }

    /// Lays what one file says over the settings.
    package func apply(_ text: String, from file: String, to settings: inout Settings) throws {
        let document: YAMLNode
        do {
            document = try YAMLNode.parse(text)
        } catch {
            throw SettingsError("\(file):\(error.line): \(error.message)")
        }
        let top = ConfigurationNode(node: document, key: "", file: file)
        for (name, value) in try top.entries(known: [
            "models", "mode", "limits", "budgets", "policy", "sandbox", "cache", "serve", "resilience", "specs",
            "verify",
            "priority", "batches",
        ]) {
            switch name {
            case "models": try readModels(value, into: &settings.models)
            case "mode": settings.mode = try value.choice(Mode.self)
            case "limits": try readLimits(value, into: &settings.limits)
            case "budgets": try BudgetSettings.read(value, into: &settings.budgets)
            case "policy": try readPolicy(value, into: &settings.policy)
            case "sandbox": try SandboxSettings.read(value, into: &settings.sandbox)
            case "specs": try SpecsSettings.read(value, into: &settings.specs)
            case "serve": try ServeSettings.read(value, into: &settings.serve)
            case "priority": settings.priority = try value.choice(Priority.self)
            case "batches": try BatchSettings.read(value, into: &settings.batches)
            case "resilience": try ResilienceSettings.read(value, into: &settings)
            case "cache": try CacheSettings.read(value, into: &settings.cache)
            default: settings.verify = try readChecks(value)
            }
        }
    }

    private func readModels(_ node: ConfigurationNode, into models: inout Settings.Models) throws {
        for (name, value) in try node.entries(
            known: [
                "default", "roles", "modes", "providers", "prices", "edit_formats", "fallbacks", "patience",
                "hedge_after",
            ] + RoutingSettings.words)
        {
            switch name {
            case "default":
                models.standard = try RoutingSettings.model(value)
            case "roles":
                for (role, model) in try value.entries() { models.roles[role] = try RoutingSettings.target(model) }
            case "modes":
                for (mode, model) in try value.entries(known: Mode.allCases.map(\.rawValue)) {
                    if let mode = Mode(rawValue: mode) { models.modes[mode] = try RoutingSettings.target(model) }
                }
            case "providers":
                for (provider, entry) in try value.entries() {
                    models.providers[provider] = try readProvider(entry, named: provider)
                }
            case "fallbacks": try FallbackSettings.read(value, into: &models.fallbacks)
            case "patience": models.patience = try value.duration()
            case "hedge_after": models.hedgeAfter = try value.duration()
            case "edit_formats":
                for (model, format) in try value.entries() { models.editFormats[model] = try editFormat(format) }
            case "prices":
                for (model, price) in try value.entries() { models.prices[model] = try readPrice(price) }
            default: try RoutingSettings.read(name, value, into: &models)
            }
        }
    }

    private func editFormat(_ node: ConfigurationNode) throws -> String {
        let known = ["editTool", "patchEnvelope", "unifiedDiff", "searchReplace", "wholeFile"]
        let name = try node.text()
        guard known.contains(name) else {
            throw node.fault("has to be one of \(known.joined(separator: ", ")), not '\(name)'")
        }
        return name
    }

    private func readProvider(_ node: ConfigurationNode, named name: String) throws -> Settings.Provider {
        let entries = try node.entries(known: [
            "api", "base_url", "api_key", "api_keys", "api_key_file", "free", "file", "batches", "prompt_cache_key",
        ])
        let api = try entries.first { $0.name == "api" }?.value.choice(Settings.API.self)
        guard let api = api ?? Settings.API(rawValue: name) else {
            throw node.fault("needs api: anthropic, openai, openai-responses or ollama, which says what it speaks")
        }
        if let several = entries.first(where: { $0.name == "api_keys" }),
            let one = entries.first(where: { $0.name == "api_key" || $0.name == "api_key_file" })
        {
            throw several.value.fault("has all keys of a provider: leave out \(one.name)")
        }
        var provider = Settings.Provider(api: api)
        for (name, value) in entries {
            switch name {
            case "base_url": provider.baseURL = try baseURL(value)
            case "api_key": (provider.key, provider.keySource) = try key(value)
            case "api_keys": try keys(value, into: &provider)
            case "api_key_file": (provider.key, provider.keySource) = try keyFile(value)
            case "prompt_cache_key":
                guard api == .openai || api == .responses else {
                    throw value.fault("is for providers that speak OpenAI's API, and this one speaks \(api.rawValue)")
                }
                provider.sendsCacheKey = try value.isOn()
            case "free": provider.isFree = try value.isOn()
            case "batches": provider.takesBatches = try value.isOn()
            case "file": provider.file = try value.text()
            default: break
            }
        }
        return provider
    }

    private func baseURL(_ node: ConfigurationNode) throws -> String {
        let url = try substitute(node)
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw node.fault("has to begin with http:// or https://, not '\(node.node.scalarText ?? "")'")
        }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// Keys stand in the environment or in a file, never in the configuration itself.
    private func key(_ node: ConfigurationNode) throws -> (Secret?, String) {
        let text = try node.text()
        guard text.hasPrefix("${"), text.hasSuffix("}"), text.count > 3 else {
            throw node.fault("holds a key itself; keep it in the environment and write ${NAME}, or give api_key_file")
        }
        let name = String(text.dropFirst(2).dropLast())
        return (environment[name].flatMap { $0.isEmpty ? nil : Secret($0) }, "$\(name)")
    }

    private func keys(_ node: ConfigurationNode, into provider: inout Settings.Provider) throws {
        guard let items = node.node.items, !items.isEmpty else {
            throw node.fault("has to be a list of keys, such as [\"${KEY_A}\", \"${KEY_B}\"]")
        }
        for (index, item) in items.enumerated() {
            let entry = ConfigurationNode(node: item, key: "\(node.key)[\(index)]", file: node.file)
            let (secret, source) = try key(entry)
            let known = [provider.keySource].compactMap(\.self) + provider.moreKeys.map(\.source)
            if known.contains(source) { throw entry.fault("names \(source) a second time") }
            if index == 0 {
                (provider.key, provider.keySource) = (secret, source)
            } else {
                provider.moreKeys.append(Settings.Key(secret: secret, source: source))
            }
        }
    }

    private func keyFile(_ node: ConfigurationNode) throws -> (Secret?, String) {
        let typed = try substitute(node)
        let home = environment["HOME"] ?? ""
        let path = FilePath(typed.hasPrefix("~/") ? home + typed.dropFirst(1) : typed)
        do throws(FileError) {
            let text = try FileSystem.readText(path, limit: 64 << 10)
            let key = text.split(whereSeparator: \.isWhitespace).first.map(String.init)
            return (key.map { Secret($0) }, path.string)
        } catch {
            throw node.fault("cannot be read: \(error.message)")
        }
    }

    private func readPrice(_ node: ConfigurationNode) throws -> Settings.Price {
        var price = Settings.Price(input: .zero, output: .zero)
        let known = [
            "input", "output", "cache_read", "cache_write", "cache_write_1h", "batch_input", "batch_output", "context",
            "max_output",
            "images",
        ]
        for (name, value) in try node.entries(known: known) {
            switch name {
            case "input": price.input = try value.money()
            case "output": price.output = try value.money()
            case "cache_read": price.cacheRead = try value.money()
            case "cache_write": price.cacheWrite = try value.money()
            case "cache_write_1h": price.cacheWriteHour = try value.money()
            case "batch_input": price.batchInput = try value.money()
            case "batch_output": price.batchOutput = try value.money()
            case "images": price.takesImages = try value.isOn()
            case "context": price.context = try value.count()
            default: price.maxOutput = try value.count()
            }
        }
        guard (price.batchInput == nil) == (price.batchOutput == nil) else {
            throw node.fault("needs both batch_input and batch_output, or neither")
        }
        return price
    }

    private func readLimits(_ node: ConfigurationNode, into limits: inout Settings.Limits) throws {
        let known = [
            "budget", "turns", "tokens", "session_time", "max_attempts", "command_time", "check_time", "context_tokens",
            "complexity", "parallel_tasks",
        ]
        for (name, value) in try node.entries(known: known) {
            switch name {
            case "budget": limits.budget = try value.money()
            case "context_tokens": limits.contextTokens = try value.count(atLeast: 2_000)
            case "complexity": limits.complexity = try value.count()
            case "parallel_tasks": limits.parallelTasks = min(8, try value.count())
            case "turns": limits.turns = try value.count()
            case "tokens": limits.tokens = try value.count()
            case "session_time": limits.sessionTime = try value.duration()
            case "max_attempts": limits.maxAttempts = try value.count()
            case "command_time": limits.commandTime = try value.duration()
            default: limits.checkTime = try value.duration()
            }
        }
    }

    private func readPolicy(_ node: ConfigurationNode, into policy: inout Settings.PolicyRules) throws {
        for (name, value) in try node.entries(known: ["allow_paths", "deny_paths", "allow", "ask", "deny", "web_hosts"])
        {
            switch name {
            case "allow_paths": policy.allowPaths += try value.texts()
            case "deny_paths": policy.denyPaths += try value.texts()
            case "allow": policy.allow += try value.texts()
            case "web_hosts": policy.webHosts += try value.texts()
            case "ask": policy.ask += try value.texts()
            default: policy.deny += try value.texts()
            }
        }
    }

    private func readChecks(_ node: ConfigurationNode) throws -> [Settings.Check]? {
        if node.node.isNull { return nil }
        guard let items = node.node.items else {
            return [Settings.Check(name: "check", command: try node.text())]
        }
        return try items.enumerated().map { index, item in
            let entry = ConfigurationNode(node: item, key: "verify[\(index)]", file: node.file)
            guard item.pairs != nil else {
                return Settings.Check(name: "check-\(index + 1)", command: try entry.text())
            }
            var check = Settings.Check(name: "check-\(index + 1)", command: "")
            for (name, value) in try entry.entries(known: ["name", "command"]) {
                if name == "name" { check.name = try value.text() } else { check.command = try value.text() }
            }
            guard !check.command.isEmpty else { throw entry.fault("needs a command") }
            return check
        }
    }

    /// Replaces `${NAME}` by the environment's value; a name that is not set is an error.
    private func substitute(_ node: ConfigurationNode) throws -> String {
        var rest = try node.text()[...]
        var text = ""
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            let name = String(rest[start.upperBound..<end])
            guard let value = environment[name] else {
                throw node.fault("needs the environment variable \(name), which is not set")
            }
            text += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
