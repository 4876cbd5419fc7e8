import Conversation
import Files
import JSON
import Policy
import Tools

/// A temporary workspace with tools on it.
struct Folder {
    let root: FilePath
    /// A folder beside the workspace, for what lies outside of it.
    let outside: FilePath
    var searchPath = "/usr/local/bin:/usr/bin:/bin"
    var paths = PathRules()
    var images = ToolContext.Images.refused(model: "test/model")

    var context: ToolContext { ToolContext(root: root, paths: paths, searchPath: searchPath, images: images) }

    static func lend<Result>(_ body: (Folder) async throws -> Result) async throws -> Result {
        try await FileSystem.withTemporaryDirectory { base in
            let folder = Folder(root: base / "work", outside: base / "outside")
            try FileSystem.createDirectory(folder.root)
            try FileSystem.createDirectory(folder.outside)
            return try await body(folder)
        }
    }

    func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    func write(_ bytes: [UInt8], to path: String) throws {
        try FileSystem.createDirectory((root / path).parent)
        try FileSystem.write(bytes, to: root / path)
    }

    func link(_ path: String, to target: String) throws {
        try FileSystem.createSymlink(at: root / path, to: target)
    }

    func decide(_ tool: any Tool, _ arguments: JSONValue) async throws -> ToolDecision {
        try await tool.decide(arguments, in: context)
    }

    /// What a tool that only looks tells the model.
    func answer(_ tool: any Tool, _ arguments: JSONValue) async throws -> ToolOutput {
        switch try await decide(tool, arguments) {
        case .answer(let output): return output
        case let other: throw Unexpected(decision: other)
        }
    }

    /// What a tool would write.
    func change(_ tool: any Tool, _ arguments: JSONValue) async throws -> FileChange {
        switch try await decide(tool, arguments) {
        case .change(let change): return change
        case let other: throw Unexpected(decision: other)
        }
    }

    struct Unexpected: Error { var decision: ToolDecision }
}
