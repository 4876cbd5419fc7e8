package import SpecDocuments

/// All that is wrong with a feature's documents: what the rules find, and what keeps a document from being read.
package enum FeatureFindings {
    /// By document and line; a fault that parser and rules both know is there once.
    package static func all(of feature: Feature, in project: ProjectFeatures) -> [Finding] {
        let documents = feature.documents(constitution: project.constitution?.document)
        var found = Analysis(documents).findings
        // A document that is there and cannot be read is not missing.
        let closed = Self.unread(feature)
        found.removeAll { $0.rule == .missingDocument && closed.contains($0.document) }
        for diagnostic in feature.diagnostics {
            found.insert(
                Finding(
                    rule: .missingDocument, document: "", line: diagnostic.line, message: diagnostic.message,
                    fix: diagnostic.fix), at: 0)
        }
        for (document, diagnostic) in feature.faults
        where closed.contains(document) && diagnostic.severity == .error {
            found.insert(
                Finding(
                    rule: .notText, document: document, line: diagnostic.line, message: diagnostic.message,
                    fix: diagnostic.fix), at: 0)
        }
        if let page = project.constitution, page.document == nil, let fault = page.errors.first {
            found.insert(
                Finding(
                    rule: .notText, document: page.name, line: fault.line, message: fault.message, fix: fault.fix),
                at: 0)
        }
        return found
    }

    private static func unread(_ feature: Feature) -> Set<String> {
        var names: Set<String> = []
        if let page = feature.spec, page.document == nil { names.insert(page.name) }
        if let page = feature.plan, page.document == nil { names.insert(page.name) }
        if let page = feature.tasks, page.document == nil { names.insert(page.name) }
        for page in feature.checklists where page.document == nil { names.insert(page.name) }
        return names
    }
}
