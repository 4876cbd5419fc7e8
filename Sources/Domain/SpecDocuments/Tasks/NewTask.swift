/// A task to be written into a `tasks.md`, before it has an id.
package struct NewTask: Sendable, Hashable {
    package var title: String
    package var isParallel: Bool
    /// For example `US1`.
    package var story: String?
    /// Named behind the title where it does not name them itself.
    package var requirements: [String]
    package var dependencies: [String]

    package init(
        _ title: String, isParallel: Bool = false, story: String? = nil, requirements: [String] = [],
        dependencies: [String] = []
    ) {
        self.title = title
        self.isParallel = isParallel
        self.story = story
        self.requirements = requirements
        self.dependencies = dependencies
    }

    func line(id: String, indentation: String = "") throws(SpecDocumentsError) -> String {
        let title = title.onOneLine
        guard !title.isEmpty else {
            throw SpecDocumentsError(.unfitText, "A task needs a title that says what to do.")
        }
        var line = "\(indentation)- [ ] \(id) "
        if isParallel { line += "[P] " }
        if let story { line += "[\(story)] " }
        line += title
        let named = References.requirements(in: title)
        let missing = requirements.filter { !named.contains($0.uppercased()) }
        if !missing.isEmpty { line += " (\(missing.joined(separator: ", ")))" }
        let known = Set(References.dependencies(in: title).map(References.key))
        let waits = dependencies.filter { !known.contains(References.key($0)) }
        if !waits.isEmpty { line += " (depends on \(waits.joined(separator: ", ")))" }
        return line
    }
}
