import Files
import Subprocess

/// Finds the files of a tree that may be source files, in the order of their paths' bytes.
///
/// In a git repository these are the files git tracks and those it would add; elsewhere a walk that honours
/// `.gitignore`. Symlinks are never followed. What they hold is not looked at.
struct SourceLister: Sendable {
    /// The environment for git; only what finds git and its configuration is used.
    let environment: [String: String]

    /// Paths below `root`; `within` narrows it to files and folders below `root`, all of it where that is empty.
    @concurrent
    func files(in root: FilePath, within: [String]) async throws -> [String] {
        var found: Set<String> = []
        for place in within.isEmpty ? ["."] : within {
            let path = root.appending(place).normalized()
            let prefix = path.relative(to: root).flatMap { $0 == "." ? "" : $0 + "/" } ?? ""
            guard FileSystem.isDirectory(path) else {
                // A file that was asked for by name is wanted wherever it lies.
                found.insert(String(prefix.dropLast()))
                continue
            }
            if let tracked = try await gitFiles(in: path) {
                for file in tracked where SourceFilter.wants(file, isTracked: true) { found.insert(prefix + file) }
            } else {
                let walked = await WorkerThreads.run { Self.walk(path) }
                try Task.checkCancellation()
                for file in walked { found.insert(prefix + file) }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What git lists, or nil where it does not know the folder or ignores it.
    private func gitFiles(in folder: FilePath) async throws -> [String]? {
        guard let listed = try await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], folder)
        else { return nil }
        let files = listed.split(separator: 0).compactMap { String(validating: $0, as: UTF8.self) }
        // Of an ignored folder git says nothing, but somebody has asked for a map of it.
        if files.isEmpty, try await git(["check-ignore", "-q", "."], folder) != nil { return nil }
        return files
    }

    private func git(_ arguments: [String], _ folder: FilePath) async throws -> [UInt8]? {
        var command = Command("git", Self.hardening + arguments, environment: gitEnvironment, directory: folder)
        command.limits = Command.Limits(time: .seconds(120), output: 256 << 20, outputPolicy: .stop)
        let result: ProcessResult
        do throws(SubprocessError) {
            result = try await command.run()
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            // Without git a walk finds the files.
            return nil
        }
        if result.ended == .cancelled { throw CancellationError() }
        return result.succeeded ? result.stdout.bytes : nil
    }

    /// What a repository configures must not start programs.
    private static let hardening = ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false"]
        .flatMap { ["-c", $0] }

    private var gitEnvironment: [String: String] {
        let kept = ["PATH", "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR"]
        var result = environment.filter { kept.contains($0.key) }
        result["LC_ALL"] = "C"
        result["GIT_TERMINAL_PROMPT"] = "0"
        result["GIT_OPTIONAL_LOCKS"] = "0"
        return result
    }

    /// More files than this are not listed: somebody has asked for a map of a whole disk.
    static let mostWalked = 200_000

    private static func walk(_ root: FilePath) -> [String] {
        var found: [String] = []
        var open: [(folder: String, rules: IgnoreRules)] = [("", IgnoreRules())]
        while let (folder, inherited) = open.popLast(), found.count < mostWalked {
            let place = folder.isEmpty ? root : root.appending(folder)
            // A folder that may not be read has no files for a map.
            guard let entries = try? FileSystem.list(place) else { continue }
            var rules = inherited
            // An ignore file that cannot be read ignores nothing.
            if entries.contains(where: { $0.name == ".gitignore" }),
                let text = try? FileSystem.readText(place.appending(".gitignore"), limit: 1 << 20)
            {
                rules.add(text, in: folder)
            }
            for entry in entries {
                let path = folder.isEmpty ? entry.name : folder + "/" + entry.name
                switch entry.kind {
                case .regular:
                    guard SourceFilter.wants(path, isTracked: false), !rules.ignores(path, isFolder: false) else {
                        continue
                    }
                    found.append(path)
                case .directory:
                    guard SourceFilter.wantsFolder(entry.name, isTracked: false),
                        !rules.ignores(path, isFolder: true)
                    else { continue }
                    open.append((path, rules))
                case .symlink, .other: continue
                }
            }
        }
        return found
    }
}
