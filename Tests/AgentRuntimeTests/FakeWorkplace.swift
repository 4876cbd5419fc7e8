import AgentRuntime
import Files
import Synchronization
import Tools

/// A workplace on a temporary folder whose one command adds a line to `log.txt`, so that doing it twice shows.
final class FakeWorkplace: Workplace, Sendable {
    struct Crash: Error {}

    struct State: Sendable {
        var trees: [[String: [UInt8]]] = []
        var lastSnapshot: [String: [UInt8]]?
        var commands: [CommandRequest] = []
        var restored: [String] = []
        var dies = false
    }

    let root: FilePath
    let confinesCommands: Bool
    private let state = Mutex(State())

    init(root: FilePath, confinesCommands: Bool = true) {
        self.root = root
        self.confinesCommands = confinesCommands
    }

    var now: State { state.withLock { $0 } }

    /// The next command does its work, and then the process dies.
    func dieInNextCommand() { state.withLock { $0.dies = true } }

    func tree() async throws -> String {
        let files = try files()
        return state.withLock { state in
            state.trees.append(files)
            return "tree-\(state.trees.count - 1)"
        }
    }

    func restore(_ tree: String) async throws {
        let wanted = state.withLock { state in
            state.restored.append(tree)
            return Int(tree.dropFirst(5)).map { state.trees[$0] }
        }
        for (path, bytes) in wanted ?? [:] { try FileSystem.write(bytes, to: root / path) }
        for path in try files().keys where wanted?[path] == nil { try FileSystem.remove(root / path) }
    }

    func snapshot() async throws -> SnapshotName? {
        let files = try files()
        return state.withLock { state in
            guard files != state.lastSnapshot else { return nil }
            state.lastSnapshot = files
            return SnapshotName(reference: "refs/snapshot", tree: "\(files.count) files")
        }
    }

    func run(_ request: CommandRequest) async throws -> ToolOutput {
        try FileSystem.append("\(request.commandLine)\n", to: root / "log.txt")
        let dies = state.withLock { state in
            state.commands.append(request)
            defer { state.dies = false }
            return state.dies
        }
        if dies { throw Crash() }
        return .ok("ran \(request.commandLine)")
    }

    func verify(_ request: VerificationRequest) async throws -> ToolOutput { .ok("verified \(request.commandLine)") }

    /// The files of the top folder.
    private func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for entry in try FileSystem.list(root) where entry.kind == .regular {
            files[entry.name] = try FileSystem.readBytes(root / entry.name)
        }
        return files
    }
}
