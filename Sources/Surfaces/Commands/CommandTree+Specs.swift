import CommandLineKit

extension CommandTree {
    /// One command a `CommandSpec`, one `CommandSpec` a line of the list.
    static let specs = CommandSpec(
        "specs", summary: "Write, check and prove the specifications of features.",
        discussion: """
            A feature is a folder specs/NNN-name with spec.md, plan.md and tasks.md. FEATURE is its number, its name, the \
            beginning of its name, or 'latest'.
            """,
        subcommands: [
            specsList, specsShow, specsAnalyze, specsRenumber, specsLink, specsDrift,
            specsImport, specsArchive, specsTemplates,
        ] + specsAuthoring)

    static let feature = Positional("FEATURE", help: "A feature's number or name, or 'latest'.")
    static let features = Positional(
        "FEATURE", help: "Features by number or name; all if left out.", arity: .repeated)
    static let sarif = OptionSpec.value("--sarif", placeholder: "FILE", help: "Write the findings to FILE, as SARIF.")

    private static let specsList = CommandSpec(
        "list", summary: "List the features: what is proven of each, and which tasks are done.",
        examples: ["vencejo specs list", "vencejo specs list --json"])

    private static let specsShow = CommandSpec(
        "show",
        summary: "Show a feature on one page: stories, requirements with proof, tasks with receipts, what is next.",
        discussion: """
            A requirement is proven when a test that names it passed in a receipt of the files as they are (vencejo verify \
            makes receipts), claimed when every task that names it is ticked, open otherwise.
            """,
        examples: ["vencejo specs show 003", "vencejo specs show latest --json"], positionals: [feature])

    private static let specsAnalyze = CommandSpec(
        "analyze", summary: "Find what is wrong in the documents of features, without asking a model.",
        discussion: "Exits 1 when there is an error; warnings alone are none. The rules are in docs/specs/analysis.md.",
        examples: [
            "vencejo specs analyze", "vencejo specs analyze 003 --sarif findings.sarif",
            "vencejo specs analyze 003 --with-model",
        ],
        positionals: [features],
        options: [
            sarif,
            .flag("--with-model", help: "Ask a model for conflicts of meaning, too; marked as its own."),
            .value("--budget", placeholder: "USD", help: "The most that the model may cost for a feature."),
        ])

    private static let specsRenumber = CommandSpec(
        "renumber", summary: "Give ids and folders that collide after a merge numbers of their own.",
        discussion: """
            What speaks of them follows: documents, links and tests that name requirements of the feature. The first of two \
            keeps its number, and so does what speaks of it. With --all, ids are numbered from 1 in the order in which they stand.
            """,
        examples: ["vencejo specs renumber --dry-run", "vencejo specs renumber 003 --all"],
        positionals: [features],
        options: [
            .flag("--all", help: "Number every task and requirement from 1, in order."),
            .flag("--dry-run", help: "Only say what would be changed."),
        ])

    private static let specsLink = CommandSpec(
        "link", summary: "Record what is proven now: requirement, task, commit, symbol and test, by their contents.",
        discussion: """
            Writes specs/NNN-name/links.json, which belongs into git. What is not proven is not recorded; what was recorded \
            before and is proven no more stays as it was. Exits 1 when something that is claimed, or was recorded, is not proven.
            """,
        examples: ["vencejo verify && vencejo specs link", "vencejo specs link 003 --claimed"],
        positionals: [features],
        options: [.flag("--claimed", help: "Record also what is only claimed: every task that names it is ticked.")])

    private static let specsDrift = CommandSpec(
        "drift", summary: "Say what has moved since features were last proven; for CI.",
        discussion: """
            Compares contents with links.json: nothing is run and no model is asked. Exits 1 when something moved; what only \
            changed its place is told and does not count.
            """,
        examples: ["vencejo specs drift", "vencejo specs drift --sarif drift.sarif"],
        positionals: [features], options: [sarif])
}
