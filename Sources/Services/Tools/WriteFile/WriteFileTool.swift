package import Conversation
import Files
package import JSON
import Policy

/// Writes a whole file, new or in place of the old one.
package struct WriteFileTool: Tool {
    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "write_file", description: String(decoding: PackageResources.WriteFileTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "path": ToolSchema.text("Relative to the workspace; missing folders are made."),
                    "content": ToolSchema.string("The whole content of the file."),
                ], required: ["path", "content"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let typed = arguments["path"]?.stringValue ?? ""
        let content = Array((arguments["content"]?.stringValue ?? "").utf8)
        switch context.locate(typed, for: .write) {
        case .failure(let fault):
            return .answer(.error(fault.text))
        case .success(let location):
            if location.relative == "." || FileSystem.isDirectory(location.path) {
                return .answer(.error("\(typed) is a folder; give the path of a file"))
            }
            do throws(FileError) {
                let before = FileSystem.exists(location.path) ? try FileSystem.readBytes(location.path) : nil
                let verb = before == nil ? "created" : "replaced"
                return .change(
                    FileChange(
                        path: location.relative, before: before, after: content,
                        report: "\(location.relative) is \(verb), \(content.count) bytes"))
            } catch {
                return .answer(.error(error.message))
            }
        }
    }
}
