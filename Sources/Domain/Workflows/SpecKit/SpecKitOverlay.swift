import YAML

/// Lays the edits of spec-kit's overlay files over a workflow's list of steps.
///
/// Lower priorities win: they are applied last. Edits name steps of the base file only.
struct SpecKitOverlay {
    private struct Edit {
        var operation: String
        var anchor: String
        var step: YAMLNode?
        var mark: YAMLMark
    }

    let file: String
    let id: String
    let priority: Int
    private let edits: [Edit]

    static let operations = ["insert_after", "insert_before", "replace", "remove"]

    /// Nil where the file is none for that workflow, is switched off, or has a fault, which the reader is told.
    init?(_ node: YAMLNode, file: String, workflow: String, _ report: (YAMLMark, String) -> Void) {
        guard let id = node["id"]?.scalarText, let extended = node["extends"]?.scalarText else {
            report(node.mark, "an overlay has 'id' and 'extends'")
            return nil
        }
        guard extended == workflow else {
            report((node["extends"] ?? node).mark, "the overlay '\(id)' is for '\(extended)', not for '\(workflow)'")
            return nil
        }
        guard node["enabled"]?.bool ?? true else { return nil }
        var edits: [Edit] = []
        for item in node["edits"]?.items ?? [] {
            let short = Self.operations.first { item[$0]?.scalarText != nil }
            let operation = short ?? item["operation"]?.scalarText ?? ""
            let anchor = short.flatMap { item[$0]?.scalarText } ?? item["anchor"]?.scalarText ?? ""
            guard Self.operations.contains(operation), !anchor.isEmpty else {
                report(item.mark, "an edit is one of \(Self.operations.joined(separator: ", ")) with the id of a step")
                continue
            }
            guard operation == "remove" || item["step"]?.pairs != nil else {
                report(item.mark, "the edit '\(operation)' of '\(anchor)' needs 'step'")
                continue
            }
            edits.append(Edit(operation: operation, anchor: anchor, step: item["step"], mark: item.mark))
        }
        guard !edits.isEmpty else {
            report(node.mark, "the overlay '\(id)' has no edits")
            return nil
        }
        self.file = file
        self.id = id
        self.edits = edits
        priority = node["priority"]?.int ?? 10
    }

    /// The steps with the edits of every overlay; `report` is told of anchors that do not exist.
    static func apply(
        _ overlays: [SpecKitOverlay], to steps: YAMLNode, _ report: (SpecKitOverlay, YAMLMark, String) -> Void
    ) -> YAMLNode {
        let known = anchors(steps)
        var changes: [String: (replacement: Edit?, before: [YAMLNode], after: [YAMLNode])] = [:]
        for overlay in overlays.sorted(by: { ($1.priority, $0.id) < ($0.priority, $1.id) }) {
            for edit in overlay.edits {
                guard known.contains(edit.anchor) else {
                    report(overlay, edit.mark, "there is no step '\(edit.anchor)' in the workflow")
                    continue
                }
                var change = changes[edit.anchor] ?? (nil, [], [])
                switch (edit.operation, edit.step) {
                case ("insert_before", let step?): change.before.append(step)
                case ("insert_after", let step?): change.after.insert(step, at: 0)
                default: change.replacement = edit
                }
                changes[edit.anchor] = change
            }
        }
        return edited(steps, changes)
    }

    private static let nested = ["then", "else", "steps", "default"]

    private static func anchors(_ steps: YAMLNode) -> Set<String> {
        var found: Set<String> = []
        for step in steps.items ?? [] {
            if let id = step["id"]?.scalarText { found.insert(id) }
            for key in nested { if let list = step[key] { found.formUnion(anchors(list)) } }
            for pair in step["cases"]?.pairs ?? [] { found.formUnion(anchors(pair.value)) }
        }
        return found
    }

    private static func edited(
        _ steps: YAMLNode, _ changes: [String: (replacement: Edit?, before: [YAMLNode], after: [YAMLNode])]
    ) -> YAMLNode {
        guard let items = steps.items else { return steps }
        var list: [YAMLNode] = []
        for item in items {
            var step = item
            guard let pairs = item.pairs else {
                list.append(item)
                continue
            }
            step.kind = .mapping(
                pairs.map { pair in
                    var pair = pair
                    let key = pair.key.scalarText ?? ""
                    if nested.contains(key) { pair.value = edited(pair.value, changes) }
                    if key == "cases" {
                        pair.value.kind = .mapping(
                            (pair.value.pairs ?? []).map { one in
                                var one = one
                                one.value = edited(one.value, changes)
                                return one
                            })
                    }
                    return pair
                })
            guard let id = item["id"]?.scalarText, let change = changes[id] else {
                list.append(step)
                continue
            }
            list += change.before
            if let replacement = change.replacement {
                if let new = replacement.step, replacement.operation == "replace" { list.append(new) }
            } else {
                list.append(step)
            }
            list += change.after
        }
        var result = steps
        result.kind = .sequence(list)
        return result
    }
}
