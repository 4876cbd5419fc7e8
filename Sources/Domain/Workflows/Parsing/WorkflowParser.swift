import YAML

/// A workflow file after reading: its definition, where its parts stand, and every fault of its shape.
package struct ParsedWorkflow: Sendable {
    /// What could be read, with faulty values left out; nil where the text is no workflow at all.
    package var draft: WorkflowDefinition?
    package var source: WorkflowSource
    package var diagnostics: [Diagnostic]
    /// Whether the file is one of spec-kit's.
    package var isSpecKit = false

    /// The definition; nil where there is an error.
    package var definition: WorkflowDefinition? { diagnostics.hasErrors ? nil : draft }
}

/// Reads workflow files; all faults of a file are found at once.
package enum WorkflowParser {
    /// The bytes that a file may have.
    package static let largestText = 1 << 20

    /// Reads a file of ours, or one of spec-kit 1.0; `file` is only shown.
    ///
    /// - Parameter overlays: spec-kit's overlay files for this workflow, in any order.
    package static func parse(
        _ text: String, file: String, overlays: [(file: String, text: String)] = []
    ) -> ParsedWorkflow {
        var reader = FileReader(file: file, text: text)
        guard text.utf8.count <= largestText else {
            reader.error(YAMLMark(line: 1, column: 1), "the file is larger than \(largestText >> 20) MB")
            return ParsedWorkflow(draft: nil, source: reader.source, diagnostics: reader.diagnostics)
        }
        var draft: WorkflowDefinition?
        do throws(YAMLError) {
            let node = try YAMLNode.parse(text)
            if SpecKitReader.isSpecKit(node) { return specKit(node, reader, overlays) }
            draft = reader.workflow(node)
        } catch {
            reader.error(YAMLMark(line: error.line, column: error.column), error.message)
        }
        return ParsedWorkflow(draft: draft, source: reader.source, diagnostics: reader.diagnostics.inOrder)
    }
}

extension WorkflowParser {
    private static func specKit(
        _ node: YAMLNode, _ reader: FileReader, _ overlays: [(file: String, text: String)]
    ) -> ParsedWorkflow {
        var (node, faults) = (node, [Diagnostic]())
        func report(_ file: String, _ mark: YAMLMark, _ message: String) {
            faults.append(Diagnostic(file: file, line: mark.line, column: mark.column, message: message))
        }
        var layers: [SpecKitOverlay] = []
        let id = node["workflow"]?["id"]?.scalarText ?? ""
        for (file, text) in overlays {
            do throws(YAMLError) {
                let overlay = SpecKitOverlay(try YAMLNode.parse(text), file: file, workflow: id) {
                    report(file, $0, $1)
                }
                if let overlay { layers.append(overlay) }
            } catch {
                report(file, YAMLMark(line: error.line, column: error.column), error.message)
            }
        }
        node.kind = .mapping(
            (node.pairs ?? []).map { pair in
                guard pair.key.scalarText == "steps" else { return pair }
                var pair = pair
                pair.value = SpecKitOverlay.apply(layers, to: pair.value) { report($0.file, $1, $2) }
                return pair
            })
        var specKit = SpecKitReader(reader)
        let draft = specKit.workflow(node)
        return ParsedWorkflow(
            draft: draft, source: specKit.reader.source, diagnostics: (specKit.reader.diagnostics + faults).inOrder,
            isSpecKit: true)
    }

    /// Reads a file and checks everything in it.
    package static func check(_ text: String, file: String, context: WorkflowContext) -> ParsedWorkflow {
        var parsed = parse(text, file: file)
        if let draft = parsed.draft {
            let faults = WorkflowValidator.validate(draft, source: parsed.source, context: context)
            parsed.diagnostics = (parsed.diagnostics + faults).inOrder
        }
        return parsed
    }
}
