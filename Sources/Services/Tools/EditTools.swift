package import Edits

/// Which tools for changing files a model is offered, by the format it writes best.
package enum EditTools {
    /// The agent's tools, with those for editing exchanged for the ones that fit; who may not edit is given none.
    package static func offered(_ tools: Set<String>, for format: EditFormat) -> Set<String> {
        guard tools.contains("edit_file") || tools.contains("apply_patch") else { return tools }
        let others = tools.subtracting(["edit_file", "apply_patch"])
        switch format {
        case .patchEnvelope, .unifiedDiff, .searchReplace: return others.union(["apply_patch", "write_file"])
        // Who writes whole files best still needs a way to change a line of a large one.
        case .editTool, .wholeFile: return others.union(["edit_file", "write_file"])
        }
    }
}
