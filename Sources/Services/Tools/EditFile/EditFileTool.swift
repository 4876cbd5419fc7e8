package import Conversation
import Edits
package import JSON
import Policy

/// Replaces passages of one file: search and replace, all or nothing, by the same rules of paths and places as a patch.
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
        do throws(EditError) {
            let found = try EditTree(context, links: .followed).apply(EditPlan(path: location.relative, edits: edits))
            guard let edit = found.first, let before = edit.before, let after = edit.after else {
                return .answer(.error("\(location.relative) is unchanged"))
            }
            guard !before.bytes.contains(0) else {
                return .answer(.error("\(edit.path) is a binary file, which cannot be edited as text"))
            }
            let diff = UnifiedDiff.text(
                old: String(decoding: before.bytes, as: UTF8.self), new: String(decoding: after.bytes, as: UTF8.self),
                path: edit.path)
            return .change(
                FileChange(
                    path: edit.path, before: before.bytes, after: after.bytes,
                    report: String("\(edit.path) is edited:\n\(diff)".prefix(4000))))
        } catch {
            return .answer(.error("\(location.relative) is unchanged: \(Self.words(of: error))"))
        }
    }

    /// What hinders the one operation of the call, without the line of an input that the model did not write.
    private static func words(of error: EditError) -> String {
        guard let failure = error.failures.first else { return error.message }
        // What the edits themselves say is whole sentences already.
        return failure.advice.isEmpty ? failure.reason : "\(failure.reason). \(failure.advice)"
    }
}
