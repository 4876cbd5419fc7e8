import Files
import JSON
import Runs
import Secrets
import Settings
import Terminal
import Workbench

/// Carries out `vencejo config …`: what is in force, and whether the project may reach further than its own work.
struct ConfigCommand: Sendable {
    let context: CommandContext

    func run(_ verb: String) async throws -> ExitStatus {
        // Outside a repository the user's own settings are shown.
        let project = try await Repository.root(around: context.directory)
        switch verb {
        case "trust", "distrust":
            guard let project else {
                throw Failure(.usage, "\(context.directory) is in no repository, so no project is there")
            }
            return verb == "trust" ? try trust(project) : try distrust(project)
        default: return try show(project)
        }
    }

    private func trust(_ project: FilePath) throws -> ExitStatus {
        let reaches = try SettingsReader(environment: context.variables).reaches(of: project)
        guard try SettingsTrust(home: context.home).trust(project) else {
            throw Failure(.usage, "\(project) has no \(SettingsReader.projectFile), so there is nothing to trust")
        }
        let lines = reaches.map { "  line \($0.line): \($0.key) \($0.effect)".sanitized }
        context.output.result(
            [
                "trusted": true,
                "reaches": .array(
                    reaches.map {
                        ["key": .string($0.key), "line": .integer(Int64($0.line)), "effect": .string($0.effect)]
                    }),
            ],
            text: lines.isEmpty
                ? "The settings of \(project) reach for nothing beyond its own work."
                : (["The settings of \(project) are trusted as they are now:"] + lines).joined(separator: "\n"))
        return .done
    }

    private func distrust(_ project: FilePath) throws -> ExitStatus {
        try SettingsTrust(home: context.home).distrust(project)
        context.output.result(["trusted": false], text: "The settings of \(project) are not trusted any more.")
        return .done
    }

    private func show(_ project: FilePath?) throws -> ExitStatus {
        let settings = try context.settings(project)
        let object = SettingsJSON.object(of: settings, home: context.home.string)
        context.output.result(object, text: object.text(.pretty))
        return .done
    }
}

/// The settings as an object; keys are told by where they come from, never by what they are.
enum SettingsJSON {
    static func object(of settings: Settings, home: String) -> JSONValue {
        [
            "home": .string(home), "files": texts(settings.sources), "mode": .string(settings.mode.rawValue),
            "models": models(settings.models),
            "limits": [
                "budget": .string("\(settings.limits.budget)"), "turns": .integer(Int64(settings.limits.turns)),
                "tokens": .integer(Int64(settings.limits.tokens)),
                "max_attempts": .integer(Int64(settings.limits.maxAttempts)),
                "parallel_tasks": .integer(Int64(settings.limits.parallelTasks)),
                "session_time": seconds(settings.limits.sessionTime),
                "command_time": seconds(settings.limits.commandTime),
                "check_time": seconds(settings.limits.checkTime),
                "complexity": settings.limits.complexity.map { .integer(Int64($0)) } ?? .null,
            ],
            "budgets": budgets(settings.budgets),
            "policy": [
                "allow_paths": texts(settings.policy.allowPaths), "deny_paths": texts(settings.policy.denyPaths),
                "allow": texts(settings.policy.allow), "ask": texts(settings.policy.ask),
                "deny": texts(settings.policy.deny),
            ],
            "sandbox": [
                "enabled": .bool(settings.sandbox.isRequired),
                "network": .string(settings.sandbox.network.rawValue),
                "allow": texts(settings.sandbox.allow.map { "\($0)" }), "caches": texts(settings.sandbox.caches),
                "limits": sandboxLimits(settings.sandbox.limits),
                "writable": texts(settings.sandbox.writable), "readable": texts(settings.sandbox.readable),
                "environment": texts(settings.sandbox.environment),
            ],
            "cache": cache(settings.cache),
            "verify": settings.verify.map {
                .array($0.map { ["name": .string($0.name), "command": .string($0.command)] })
            }
                ?? "detected",
        ]
    }

    private static func cache(_ cache: Settings.Cache) -> JSONValue {
        [
            "enabled": .bool(cache.isEnabled), "exact": .bool(cache.isExact), "semantic": .bool(cache.isSemantic),
            "embedder": cache.embedder.map { .string($0) } ?? .null, "share": .string(cache.share.rawValue),
            "temperature": .number(cache.temperature), "unstated_temperature": .bool(cache.keepsUnstatedTemperature),
            "tools": .bool(cache.allowsTools), "size": .integer(Int64(cache.size)),
            "kinds": .object(
                JSONObject(
                    cache.kinds.sorted { $0.key < $1.key }.map { name, kind in
                        (
                            name,
                            [
                                "ttl": kind.timeToLive.map { seconds($0) } ?? .null,
                                "similarity": kind.similarity.map { .number($0) } ?? .null,
                            ]
                        )
                    })),
        ]
    }

    private static func budgets(_ limits: BudgetLimits) -> JSONValue {
        var entry: JSONObject = ["alert": .integer(Int64(limits.alertPercent))]
        for scope in BudgetScope.allCases { entry.set(limits[scope].map { .string("\($0)") }, for: scope.rawValue) }
        return .object(entry)
    }

    /// Only what the configuration says; the rest is the sandbox's own.
    private static func sandboxLimits(_ limits: Settings.SandboxLimits) -> JSONValue {
        var entry: JSONObject = [:]
        entry.set(limits.time.map { seconds($0) }, for: "time")
        entry.set(limits.cpus.map { .number($0) }, for: "cpus")
        for (name, value) in [
            ("memory", limits.memory), ("processes", limits.processes), ("file_size", limits.fileSize),
            ("output", limits.output),
        ] {
            entry.set(value.map { .integer(Int64($0)) }, for: name)
        }
        return .object(entry)
    }

    private static func models(_ models: Settings.Models) -> JSONValue {
        let providers = models.providers.sorted { $0.key < $1.key }.map { name, provider -> (String, JSONValue) in
            var entry: JSONObject = ["api": .string(provider.api.rawValue)]
            entry.set(provider.baseURL.map { .string(PublicURL.text($0)) }, for: "base_url")
            entry.set(
                provider.keySource.map { .string("\($0)\(provider.key == nil ? " (not set)" : "")") }, for: "key_from")
            if !provider.moreKeys.isEmpty {
                let sources = provider.moreKeys.map { "\($0.source)\($0.secret == nil ? " (not set)" : "")" }
                entry.set(texts(sources), for: "more_keys_from")
            }
            if provider.isFree { entry.set(true, for: "free") }
            return (name, .object(entry))
        }
        let roles = models.roles.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        var entry: JSONObject = [
            "default": models.standard.map { .string($0) } ?? .null, "roles": .object(JSONObject(roles)),
            "tiers": .object(JSONObject(models.tiers.sorted { $0.key < $1.key }.map { ($0.key, texts($0.value)) })),
            "kinds": .object(JSONObject(models.kinds.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "environment": .string(models.environment.rawValue),
            "escalations": .object([
                "most": .integer(Int64(models.escalations)), "frugal": .bool(models.escalatesInFrugal),
            ]),
            "unknown_prices": .string(models.unknownPrices.rawValue), "catalogues": texts(models.catalogues),
            "providers": .object(JSONObject(providers)),
        ]
        if !models.fallbacks.isEmpty {
            let fallbacks = models.fallbacks.sorted { $0.key < $1.key }.map { ($0.key, texts($0.value)) }
            entry.set(.object(JSONObject(fallbacks)), for: "fallbacks")
            entry.set(seconds(models.patience), for: "patience")
            entry.set(models.hedgeAfter.map { seconds($0) }, for: "hedge_after")
        }
        return .object(entry)
    }

    private static func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
    private static func seconds(_ duration: Duration) -> JSONValue { .string("\(duration.components.seconds)s") }
}
