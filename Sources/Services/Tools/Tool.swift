package import Conversation
package import Files
package import JSON
package import Policy

/// A capability of an agent, defined once.
///
/// A tool only looks and decides. What it decides, the runtime journals, checks against the policy and performs, so that
/// every effect is recorded before the world is touched.
package protocol Tool: Sendable {
    var definition: ToolDefinition { get }

    /// What to do for these arguments, which are valid by the tool's schema.
    ///
    /// Faults that the model can mend are answers (`ToolOutput.error`), not errors; it throws only where the workspace
    /// itself fails, and `CancellationError`.
    func decide(_ arguments: JSONValue, in context: ToolContext) async throws -> ToolDecision
}

/// Where a tool looks, and what it may see.
package struct ToolContext: Sendable {
    /// The workspace's top folder.
    package var root: FilePath
    package var paths: PathRules
    /// The programs' search path, for helpers such as ripgrep.
    package var searchPath: String
    package var images: Images

    package init(root: FilePath, paths: PathRules, searchPath: String, images: Images = .refused(model: "the model")) {
        self.root = root
        self.paths = paths
        self.searchPath = searchPath
        self.images = images
    }

    /// Whether the model that asks looks at images.
    package enum Images: Sendable, Hashable {
        case taken
        case refused(model: String)
    }
}

package enum ToolDecision: Sendable, Hashable {
    case answer(ToolOutput)
    case change(FileChange)
    /// Several files, all or none; the report is for the model once they are written.
    case changes([FileChange], report: String)
    case execute(CommandRequest)
    /// Runs the project's own tests, linters or scanners, as the engine itself would.
    case verify(VerificationRequest)
    case ask(Question)
    /// Has another agent do a piece of work, with no more rights than this one has.
    case spawn(SpawnRequest)
    /// The agent ends its attempt; whether anything was achieved is for the engine to find out.
    case finish(summary: String)
}

/// What a model is told.
package struct ToolOutput: Sendable, Hashable {
    package var text: String
    package var outcome: ToolResult.Outcome
    package var image: ToolImage?

    package init(text: String, outcome: ToolResult.Outcome, image: ToolImage? = nil) {
        self.text = text
        self.outcome = outcome
        self.image = image
    }

    package static func ok(_ text: String) -> ToolOutput { ToolOutput(text: text, outcome: .ok) }
    package static func error(_ text: String) -> ToolOutput { ToolOutput(text: text, outcome: .error) }
}

/// An image that a model is shown beside the words.
package struct ToolImage: Sendable, Hashable {
    /// The file's path in the workspace.
    package var name: String
    package var header: ImageHeader
    package var bytes: [UInt8]

    package init(name: String, header: ImageHeader, bytes: [UInt8]) {
        self.name = name
        self.header = header
        self.bytes = bytes
    }
}

/// One file's new content or its removal, decided but not yet done.
package struct FileChange: Sendable, Hashable {
    /// Relative to the workspace, normalised.
    package var path: String
    /// What the file holds now; nil where there is none.
    package var before: [UInt8]?
    /// What it shall hold; nil where it shall go.
    package var after: [UInt8]?
    /// Whether it shall be executable; nil leaves it as it is.
    package var isExecutable: Bool?
    /// What to tell the model once it is written.
    package var report: String

    package init(path: String, before: [UInt8]?, after: [UInt8]?, isExecutable: Bool? = nil, report: String) {
        self.path = path
        self.before = before
        self.after = after
        self.isExecutable = isExecutable
        self.report = report
    }
}

/// A shell command to run in the workspace.
package struct CommandRequest: Sendable, Hashable {
    package var commandLine: String
    package var timeLimit: Duration?

    package init(commandLine: String, timeLimit: Duration?) {
        self.commandLine = commandLine
        self.timeLimit = timeLimit
    }
}

/// One kind of verification to carry out in the workspace.
package struct VerificationRequest: Sendable, Hashable {
    /// Such as `unit-tests`; the engine knows the kinds.
    package var kind: String
    /// Relative to the workspace's top; everything where there are none.
    package var paths: [String]
    package var filter: String?

    package init(kind: String, paths: [String] = [], filter: String? = nil) {
        self.kind = kind
        self.paths = paths
        self.filter = filter
    }

    /// What permissions are asked about, as a command: the words behind `vencejo`, which itself is denied to agents.
    package var commandLine: String {
        let words = ["verify", "--kind", kind] + (filter.map { ["--filter", $0] } ?? []) + paths
        return words.map { word in
            let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:".contains($0) }
            let pieces = word.split(separator: "'", omittingEmptySubsequences: false)
            return isPlain && !word.isEmpty ? word : "'\(pieces.joined(separator: "'\\''"))'"
        }.joined(separator: " ")
    }
}

/// A piece of work for another agent.
package struct SpawnRequest: Sendable, Hashable {
    package var agent: String
    package var task: String
    /// The only tools it gets, of those that it and its parent have; nil for all of these.
    package var tools: [String]?
    /// Patterns of the only files that its tools may write; nil where it may write what it and its parent may.
    package var files: [String]?
    package var maxTurns: Int?
    /// The most that it may spend of the run's budget, such as `0.50`.
    package var budget: String?

    package init(
        agent: String, task: String, tools: [String]? = nil, files: [String]? = nil, maxTurns: Int? = nil,
        budget: String? = nil
    ) {
        self.agent = agent
        self.task = task
        self.tools = tools
        self.files = files
        self.maxTurns = maxTurns
        self.budget = budget
    }
}

/// Something only a human can say.
package struct Question: Sendable, Hashable {
    package var text: String
    /// Answers to choose from; empty for free text.
    package var choices: [String]

    package init(text: String, choices: [String]) {
        self.text = text
        self.choices = choices
    }
}
