package import Conversation
import Edits
package import JSON

/// Changes several files by one patch in any of the text formats, all or nothing.
package struct ApplyPatchTool: Tool {
    private static let longestPatch = 4 << 20

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "apply_patch", description: String(decoding: PackageResources.ApplyPatchTool_md, as: UTF8.self),
            parameters: ToolSchema.object(
                ["patch": ToolSchema.text("The whole patch, from *** Begin Patch to *** End Patch.")],
                required: ["patch"]))
    }

    package func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision {
        let patch = arguments["patch"]?.stringValue ?? ""
        guard patch.utf8.count <= Self.longestPatch else {
            return .answer(.error("Nothing was changed. The patch is longer than 4 MiB: send it in parts."))
        }
        let tree = EditTree(context, links: .refused)
        do throws(EditError) {
            let edits = try tree.apply(EditPlan.parse(patch))
            return .changes(edits.flatMap(Self.changes), report: Self.report(edits))
        } catch {
            return .answer(.error(error.message))
        }
    }

    private static func changes(of edit: FileEdit) -> [FileChange] {
        let (before, after) = (edit.before, edit.after)
        let mode = after.flatMap { $0.isExecutable == (before?.isExecutable ?? false) ? nil : $0.isExecutable }
        switch edit.kind {
        case .rename(let origin):
            return [
                FileChange(
                    path: edit.path, before: nil, after: after?.bytes, isExecutable: after?.isExecutable, report: ""),
                FileChange(path: origin, before: before?.bytes, after: nil, report: ""),
            ]
        default:
            return [
                FileChange(
                    path: edit.path, before: before?.bytes, after: after?.bytes, isExecutable: mode, report: "")
            ]
        }
    }

    private static func report(_ edits: [FileEdit]) -> String {
        let list = edits.map { edit in
            switch edit.kind {
            case .create: "created \(edit.path)"
            case .modify: "changed \(edit.path)"
            case .delete: "deleted \(edit.path)"
            case .rename(let origin): "moved \(origin) to \(edit.path)"
            }
        }
        let diffs = edits.compactMap { edit -> String? in
            guard let before = edit.before, let after = edit.after, before.bytes != after.bytes else { return nil }
            return UnifiedDiff.text(
                old: String(decoding: before.bytes, as: UTF8.self), new: String(decoding: after.bytes, as: UTF8.self),
                path: edit.path)
        }
        return String(("The patch is applied: \(list.joined(separator: ", ")).\n" + diffs.joined()).prefix(6000))
    }
}
