import SpecDocuments
import Templates

/// Judges a form before it is given to a model: whether a document that follows it could be read.
enum TemplateCheck {
    /// The fields that a form may ask for.
    static let fields = ["feature", "folder"]

    static func values(folder: String) -> [String: TemplateValue] {
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        return ["folder": .string(folder), "feature": .string(name)]
    }

    /// - Parameter place: What messages call the form.
    static func faults(in text: String, of name: TemplateName, called place: String) -> [SpecFault] {
        guard text.contains(where: { !$0.isWhitespace }) else {
            return [SpecFault(place, "The template is empty.", fix: "Write one, or remove the file.")]
        }
        var found: [SpecFault] = []
        do throws(TemplateError) {
            let template = try Template(text, name: place)
            let unknown = template.names.filter { !fields.contains($0) }
            for field in unknown {
                found.append(
                    SpecFault(
                        place, line: line(of: field, in: text),
                        "The template asks for {{\(field)}}, which there is not.",
                        fix: hint(field)))
            }
            if unknown.isEmpty { _ = try template.render(values(folder: "specs/001-name")) }
        } catch {
            let prefix = "\(place):\(error.line):\(error.column): "
            let reason = error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.message
            found.append(
                SpecFault(
                    place, line: error.line, "\(reason.prefix(1).uppercased() + reason.dropFirst()).",
                    fix:
                        "Fields are \(fields.map { "{{\($0)}}" }.joined(separator: ", ")); all else is guidance for the model."
                ))
        }
        // Examples in a form may repeat themselves; what would keep any document of this form from being read may not be.
        let health = DocumentHealth.faults(of: Array(text.utf8))
        let whole =
            health.isEmpty ? diagnostics(of: text, name).filter { $0.severity == .error && $0.line == nil } : health
        return found + whole.map { SpecFault(place, $0) }
    }

    private static func hint(_ field: String) -> String {
        let known = fields.map { "{{\($0)}}" }.joined(separator: " and ")
        let near = ProjectFeatures.nearest(to: field, among: fields).map { "Did you mean {{\($0)}}? " } ?? ""
        return "\(near)There are \(known); write \\{{ where braces are meant, or [\(field)] for the model to fill in."
    }

    private static func line(of field: String, in text: String) -> Int? {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard let start = line.firstRange(of: "{{") else { continue }
            if line[start.lowerBound...].contains(field) { return number }
        }
        return nil
    }

    /// What the parser of the form's own document says of it.
    private static func diagnostics(of text: String, _ name: TemplateName) -> [Diagnostic] {
        switch name {
        case .spec: SpecDocument(parsing: text).diagnostics
        case .plan: PlanDocument(parsing: text).diagnostics
        case .tasks: TasksDocument(parsing: text).diagnostics
        case .checklist: ChecklistDocument(parsing: text).diagnostics
        case .constitution: Constitution(parsing: text).diagnostics
        case .delta: DeltaSpec(parsing: text).diagnostics
        case .research, .quickstart, .dataModel: PlanDocument(parsing: text).diagnostics
        }
    }
}
