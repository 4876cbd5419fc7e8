import CommandLineKit
import Files
import JSON
import ResponseCache
import Settings
import Terminal
import Workbench

/// Carries out `vencejo cache …`.
struct CacheCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        switch verb {
        case "warm": try await warm(arguments)
        case "purge": try await purge(arguments)
        default: try await stats()
        }
    }

    /// The repository around the folder, nil outside of any.
    private func project() async throws -> FilePath? {
        // Outside a repository there is no project.
        try await Repository.root(around: context.directory)
    }

    private func withCache<Value>(
        _ policy: CachePolicy, _ body: (ResponseCache) async throws -> Value
    ) async throws -> Value {
        let cache = try await ResponseCache.open(at: context.home / ResponseCache.fileName, policy: policy)
        do {
            let value = try await body(cache)
            await cache.close()
            return value
        } catch {
            await cache.close()
            throw error
        }
    }

    // MARK: - Stats

    private func stats() async throws -> ExitStatus {
        let settings = try context.settings(try await project())
        let statistics = try await withCache(CachePolicy(settings.cache)) { try await $0.statistics() }
        var object = statistics.json.objectValue ?? [:]
        object.set(.bool(settings.cache.isEnabled), for: "enabled")
        context.output.result(
            .object(object),
            text: CacheText(output: context.output).table(of: statistics, isEnabled: settings.cache.isEnabled))
        return .done
    }

    // MARK: - Warm

    private func warm(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let project = try await project()
        let settings = try context.settings(project)
        guard settings.cache.isEnabled else {
            throw Failure(.usage, "the cache is off, so nothing would be kept: write cache: on into the configuration")
        }
        let typed = arguments.positional("FILE") ?? ""
        let file = typed.hasPrefix("/") ? FilePath(typed) : context.workingDirectory.appending(typed)
        let scope = CacheScope(
            project: arguments.value("--project") ?? project?.string ?? "",
            key: arguments.value("--key") ?? CacheScope.agentsKey)
        let warming = try await withCache(CachePolicy(settings.cache)) { try await $0.warm(from: file, scope: scope) }
        for fault in warming.faults { context.output.notice(fault.sanitized) }
        let passed = warming.passedOver == 0 ? "" : ", \(warming.passedOver) that may not be kept"
        let faulty = warming.faults.isEmpty ? "" : ", \(warming.faults.count) with a fault"
        context.output.result(
            [
                "kept": .integer(Int64(warming.kept)), "passed_over": .integer(Int64(warming.passedOver)),
                "faults": .array(warming.faults.map { .string($0) }),
            ], text: "Kept \(warming.kept) answers\(passed)\(faulty).")
        return warming.faults.isEmpty ? .done : .failed
    }

    // MARK: - Purge

    private func purge(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let kind = arguments.value("--kind").map(CacheKind.init(rawValue:))
        let age = try arguments.value("--older-than").map(Self.age)
        guard kind != nil || age != nil || arguments.flag("--all") else {
            throw Failure(.usage, "say what to throw away: --kind KIND, --older-than AGE, or --all")
        }
        let settings = try context.settings(try await project())
        if let kind, CachePolicy(settings.cache).kinds[kind] == nil {
            let known = CachePolicy(settings.cache).kinds.keys.map(\.rawValue).sorted().joined(separator: ", ")
            throw Failure(.usage, "there is no kind '\(kind)' (known: \(known))")
        }
        let count = try await withCache(CachePolicy(settings.cache)) { try await $0.purge(kind: kind, olderThan: age) }
        context.output.result(["purged": .integer(Int64(count))], text: "Threw \(count) answers away.")
        return .done
    }

    private static func age(_ typed: String) throws -> Duration {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = typed.last.flatMap({ units[$0] }), let count = Int(typed.dropLast()), count >= 0,
            count <= 366 * 86_400 / unit
        else {
            throw Failure(.usage, "--older-than takes an age of at most a year such as 90s, 6h or 7d, not '\(typed)'")
        }
        return .seconds(count * unit)
    }
}
