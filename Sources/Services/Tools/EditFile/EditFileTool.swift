package import Conversation
import Edits
import Files
package import JSON
import Policy

/// Replaces passages of one file: search and replace, all or nothing.
package struct EditFileTool: Tool {
    package init() {}

    package var definition: ToolDefinition {
        let edit = ToolSchema.object(
            [
                "old_text": ToolSchema.text("The passage to replace, exactly as it stands in the file."),
                "new_text": ToolSchema.string("What is to stand there instead; empty to delete the passage."),
                "replace_all": [
                    "type": "boolean", "description": "Replace every such passage, not just the only one.",
                ],
            ], required: ["old_text", "new_text"])
        return ToolDefinition(
            name: "edit_file", description: String(decoding: PackageResources.EditFileTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                [
                    "path": ToolSchema.text("Relative to the workspace."),
                    "edits": ToolSchema.list(of: edit, "Applied in order; if one fails, none is applied.", minimum: 1),
                ], required: ["path", "edits"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let typed = arguments["path"]?.stringValue ?? ""
        let location: ToolContext.Location
        switch context.locate(typed, for: .write) {
        case .failure(let fault): return .answer(.error(fault.text))
        case .success(let found): location = found
        }
        let edits = (arguments["edits"]?.arrayValue ?? []).map { edit in
            SearchReplace(
                old: edit["old_text"]?.stringValue ?? "", new: edit["new_text"]?.stringValue ?? "",
                occurrences: edit["replace_all"]?.boolValue == true ? .all : .one)
        }
        do {
            let before = try FileSystem.readText(location.path, limit: 8 << 20)
            let after = try SearchReplace.apply(edits, to: before)
            let report =
                "\(location.relative) is edited:\n\(UnifiedDiff.text(old: before, new: after, path: location.relative))"
            return .change(
                FileChange(
                    path: location.relative, before: Array(before.utf8), after: Array(after.utf8),
                    report: String(report.prefix(4000))))
        } catch let error as EditError {
            return .answer(.error("\(location.relative) is unchanged: \(error.message)"))
        } catch let error as FileError {
            return .answer(.error(error.message))
        }
    }
}
