package import Conversation
import Edits
import Files
package import JSON
import Policy

/// Changes several files by one patch in any of the text formats, all or nothing.
package struct ApplyPatchTool: Tool {
    private static let largestFile = 8 << 20
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
        let tree = EditTree(
            look: { Self.look($0, in: context) },
            list: { folder in
                // A folder that cannot be listed holds no path in another case.
                (try? FileSystem.list(folder.isEmpty ? context.root : context.root / folder).map(\.name)) ?? []
            })
        do throws(EditError) {
            let edits = try tree.apply(EditPlan.parse(patch))
            return .changes(edits.flatMap(Self.changes), report: Self.report(edits))
        } catch {
            return .answer(.error(error.message))
        }
    }

    private static func look(_ path: String, in context: ToolContext) -> EditTree.Entry {
        switch context.locate(path, for: .write) {
        case .failure(let fault): return .closed(fault.text)
        case .success(let location):
            if case .deny(let reason) = context.paths.decide(path, for: .read) { return .closed(reason) }
            do throws(FileError) {
                let whole = context.root / path
                guard let info = try FileSystem.info(whole) else { return .missing }
                switch info.kind {
                case .directory: return .folder
                case .symlink: return .closed("it is a symbolic link; change the file that it leads to")
                case .other: return .closed("it is no regular file")
                case .regular: break
                }
                let bytes = try FileSystem.readBytes(location.path, limit: largestFile)
                return .file(EditTree.Content(bytes, isExecutable: info.mode & 0o100 != 0))
            } catch {
                return .closed(error.message)
            }
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
