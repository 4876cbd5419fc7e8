import Files
import JSON
import Runs
import SpecDocuments

/// How large the specification of a request is to be, and why; what it says of itself.
struct SpecSizing: Sendable {
    let choice: Ceremony.Choice
    /// The file or folder whose behaviour of today is described.
    let from: String?
    /// Why the step cannot be carried out as it was asked for.
    let fault: String?

    init(context: StepContext, options: JSONValue) throws {
        let wanted = options["ceremony"]?.stringValue ?? "auto"
        let given = options["from"]?.stringValue ?? ""
        from = given.isEmpty ? nil : given
        var fault: String?
        if let ceremony = Ceremony(rawValue: wanted) {
            choice = Ceremony.Choice(ceremony: ceremony, reason: "\(wanted), because it was asked for")
        } else {
            if !["auto", ""].contains(wanted) { fault = "'\(wanted)' is no ceremony; it is auto, tiny, small or full" }
            choice = Ceremony.choice(
                for: context.run.request,
                figures: ProjectFigures(of: context.worktree).figures(for: context.run.request))
        }
        if let from, fault == nil {
            // Whatever the reason is, the file is not to be had.
            let place = try? FileSystem.realPathInside(context.worktree, FilePath(from))
            if place.map(FileSystem.exists) != true {
                fault =
                    "there is no \(from) in the commit that the run starts from (\(context.run.baseCommit.prefix(10))): commit it, or name a file or folder of the project"
            }
        }
        self.fault = fault
    }

    /// What the agent is told of the size.
    var instruction: String {
        let words =
            switch choice.ceremony {
            case .tiny:
                "one user story with one to three scenarios, its requirements, five at most, and one success criterion; no edge cases, no assumptions, no other section"
            case .small:
                "one or two user stories with their scenarios, at most eight requirements, at most three success criteria; other sections only where a line in them changes what is built"
            case .full:
                "as many user stories, requirements and sections as the request needs, each as short as it can be"
            }
        return "\(choice.reason). That is: \(words)."
    }

    static func planInstruction(_ ceremony: Ceremony) -> String? {
        switch ceremony {
        case .tiny: "the feature is tiny: one sentence in a section, no section that would be empty."
        case .small: "the feature is small: a short paragraph in a section, no section that would be empty."
        case .full: nil
        }
    }

    /// What makes a document larger than it is to be.
    func faults(of spec: SpecDocument) -> [String] {
        guard choice.ceremony == .tiny, from == nil else { return [] }
        var found: [String] = []
        if spec.stories.count > 1 {
            found.append(
                "It is to be tiny and has \(spec.stories.count) user stories: make it one, for the request alone.")
        }
        if spec.requirements.count > 5 {
            found.append(
                "It is to be tiny and has \(spec.requirements.count) requirements: keep at most five that the request asks for."
            )
        }
        return found
    }

    /// Writes the size, and what the document describes, into its header.
    func mark(_ spec: inout SpecDocument) throws {
        try spec.set("Ceremony", to: choice.reason)
        guard let from else { return }
        try spec.set("Status", to: "Describes existing behaviour")
        try spec.set("Source", to: "`\(from)`")
    }
}

/// What is counted of a project before anybody is asked.
struct ProjectFigures: Sendable {
    /// Below the root, without hidden ones and those of others.
    private(set) var files: [String] = []
    private static let mostFiles = 20_000

    init(of root: FilePath) {
        var waiting = [""]
        while let next = waiting.popLast(), files.count < Self.mostFiles {
            // A folder that cannot be listed counts for nothing.
            let entries = (try? FileSystem.list(next.isEmpty ? root : root.appending(next))) ?? []
            for entry in entries where !entry.name.hasPrefix(".") && !Self.left.contains(entry.name) {
                let name = next.isEmpty ? entry.name : "\(next)/\(entry.name)"
                if entry.kind == .directory { waiting.append(name) } else { files.append(name) }
            }
        }
    }

    private static let left: Set<String> = ["node_modules", "specs", "target", "build", "dist"]

    /// Files whose names the request's words name.
    func figures(for request: String) -> Ceremony.Figures {
        let words = Set(
            request.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }.filter { $0.count > 3 }.map(
                String.init)
        )
        let touched = files.filter { file in
            let stem = FilePath(file).stem.lowercased()
            return stem.count > 3 && words.contains(stem)
        }
        let areas = Set(touched.map { $0.contains("/") ? String($0.prefix { $0 != "/" }) : "" })
        return Ceremony.Figures(files: files.count, touched: touched.count, areas: areas.count)
    }
}
