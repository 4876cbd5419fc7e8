/// One thing that a role can be asked to do: its arguments, what it gives, and whether it changes anything outside.
package struct IntegrationAction: Sendable, Hashable {
    package var name: String
    package var summary: String
    package var arguments: [Argument]
    /// The names of what it gives.
    package var outputs: [String]
    /// Whether it only looks.
    ///
    /// What changes something is never repeated when its effect is unknown, unless the system knows a repeated call by
    /// its key.
    package var isReading: Bool

    package struct Argument: Sendable, Hashable {
        package var name: String
        package var type: ArgumentType
        package var isRequired: Bool
    }

    package enum ArgumentType: String, Sendable, Hashable {
        case text, number, flag
        case texts = "list of texts"
    }

    private init(
        reads name: String, _ summary: String, _ arguments: [Argument], gives outputs: [String]
    ) {
        self.init(name: name, summary: summary, arguments: arguments, outputs: outputs, isReading: true)
    }

    private init(
        writes name: String, _ summary: String, _ arguments: [Argument], gives outputs: [String]
    ) {
        self.init(name: name, summary: summary, arguments: arguments, outputs: outputs, isReading: false)
    }

    private init(name: String, summary: String, arguments: [Argument], outputs: [String], isReading: Bool) {
        self.name = name
        self.summary = summary
        self.arguments = arguments
        self.outputs = outputs
        self.isReading = isReading
    }

    private static func needs(_ name: String, _ type: ArgumentType = .text) -> Argument {
        Argument(name: name, type: type, isRequired: true)
    }

    private static func takes(_ name: String, _ type: ArgumentType = .text) -> Argument {
        Argument(name: name, type: type, isRequired: false)
    }

    private static let item = ["key", "title", "body", "status", "labels", "assignee", "url"]
    private static let request = ["number", "title", "body", "head", "base", "state", "draft", "labels", "url"]
    private static let page = ["id", "title", "body", "space", "url"]

    static let ofTrackers = [
        IntegrationAction(reads: "get", "Reads a work item.", [needs("item")], gives: item),
        IntegrationAction(
            reads: "search", "Finds work items.", [needs("query"), takes("limit", .number)], gives: ["items"]),
        IntegrationAction(
            writes: "create", "Makes a work item.",
            [needs("title"), takes("body"), takes("labels", .texts), takes("assignee"), takes("parent")], gives: item),
        IntegrationAction(
            writes: "update", "Changes what is given of a work item.",
            [
                needs("item"), takes("title"), takes("body"), takes("status"), takes("labels", .texts),
                takes("assignee"),
            ], gives: item),
        IntegrationAction(
            writes: "comment", "Says something about a work item.", [needs("item"), needs("text")],
            gives: ["id", "url"]),
    ]

    static let ofCodeHosts = [
        IntegrationAction(reads: "get", "Reads a pull request.", [needs("number", .number)], gives: request),
        IntegrationAction(
            reads: "checks", "Tells how the checks of a commit stand.", [needs("ref")], gives: ["checks"]),
        IntegrationAction(
            writes: "create", "Opens a pull request.",
            [
                needs("title"), needs("head"), takes("base"), takes("body"), takes("draft", .flag),
                takes("labels", .texts),
            ], gives: request),
        IntegrationAction(
            writes: "comment", "Says something about a pull request.", [needs("number", .number), needs("text")],
            gives: ["id", "url"]),
        IntegrationAction(
            writes: "label", "Gives a pull request these labels and no others.",
            [needs("number", .number), needs("labels", .texts)], gives: request),
    ]

    static let ofDocumentation = [
        IntegrationAction(reads: "get", "Reads a page.", [needs("page")], gives: page),
        IntegrationAction(
            reads: "search", "Finds pages.", [needs("query"), takes("limit", .number)], gives: ["pages"]),
        IntegrationAction(
            writes: "create", "Makes a page.", [needs("title"), needs("body"), takes("space"), takes("parent")],
            gives: page),
        IntegrationAction(
            writes: "update", "Gives a page another text.", [needs("page"), takes("title"), takes("body")], gives: page),
    ]

    static let ofChats = [
        IntegrationAction(
            writes: "post", "Says something in a channel; in the usual one where none is named.",
            [needs("text"), takes("channel"), takes("thread")], gives: ["id", "channel", "thread", "url"])
    ]
}
