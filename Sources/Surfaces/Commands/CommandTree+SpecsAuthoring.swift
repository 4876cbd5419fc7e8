import CommandLineKit

/// The commands of `vencejo specs` that ask a model.
extension CommandTree {
    static let specsAuthoring = [specsNew, specsClarify, specsPlan, specsChecklist, specsTasks, specsConverge]

    private static let again = OptionSpec.flag("--again", help: "Write it anew although it is there already.")

    private static let runOptions: [OptionSpec] = [
        .value(
            "--mode", placeholder: "MODE", help: "What to trade money for.",
            choices: ["frugal", "balanced", "performance", "max"]),
        .value("--budget", placeholder: "USD", help: "The most that the command may spend, such as 0.50."),
        .value("--model", placeholder: "PROVIDER/MODEL", help: "Use this model."),
        events,
        .value(
            "--record", placeholder: "FILE",
            help: "Keep every answer of the models in FILE, to be replayed as a rehearsal."),
    ]

    private static let specsNew = CommandSpec(
        "new", summary: "Write the specification of a request, as large as the request needs it.",
        discussion: """
            Works in a run of its own, as all commands of this group that ask a model: with a budget, to be interrupted and \
            resumed. What it wrote is then put into specs/NNN-name of your working tree; nothing of yours is overwritten.
            """,
        examples: [
            "vencejo specs new \"Add a --json flag to the list command\"",
            "vencejo specs new \"Export the list\" --ceremony full", "vencejo specs new --from src/store.py",
        ],
        positionals: [Positional("REQUEST", help: "What is wanted, in plain words.", arity: .optional)],
        options: [
            .value(
                "--ceremony", placeholder: "SIZE", help: "How much is written down.",
                choices: ["auto", "tiny", "small", "full"], defaultText: "auto: sized by the request"),
            .value(
                "--from", placeholder: "PATH",
                help: "Describe what this file or folder does today, with the places that show it."),
            .value(
                "--context", placeholder: "FILE|URL",
                help: "Give the agent this text file, image (PNG, JPEG, WebP) or web page to know.", isRepeated: true),
        ] + runOptions)

    private static let specsClarify = CommandSpec(
        "clarify", summary: "Be asked what a specification leaves open, and have the answers written into it.",
        discussion: """
            At most five questions, each with answers to choose from or one of your own, and better words for what no test can \
            check. Without a terminal it parks and exits 3: answer with vencejo gates answer, go on with vencejo runs resume.
            """,
        examples: ["vencejo specs clarify latest", "vencejo gates answer 3f9a01c2 b"], positionals: [feature],
        options: runOptions)

    private static let specsPlan = CommandSpec(
        "plan", summary: "Write the plan of a feature, and what it needs besides where the ceremony is full.",
        examples: ["vencejo specs plan 003"], positionals: [feature], options: [again] + runOptions)

    private static let specsChecklist = CommandSpec(
        "checklist", summary: "Write questions about the quality of a specification, for its reviewer to answer.",
        discussion: "Items are added to a list that is there; what stands in it, and every tick, stays.",
        examples: ["vencejo specs checklist 003", "vencejo specs checklist 003 --topic security"],
        positionals: [feature],
        options: [
            .value(
                "--topic", placeholder: "WORDS", help: "What it is about; its file is named for it.",
                defaultText: "requirements")
        ] + runOptions)

    private static let specsTasks = CommandSpec(
        "tasks", summary: "Cut a feature into tasks; says what may run side by side and what it may cost.",
        examples: ["vencejo specs tasks 003"], positionals: [feature], options: [again] + runOptions)

    private static let specsConverge = CommandSpec(
        "converge", summary: "Compare code and specification, and add tasks for what differs.",
        discussion: """
            With --build the tasks are built on the run's branch and the comparison is made again, until nothing is left or \
            --rounds are done; exits 1 where something is left then.
            """,
        examples: ["vencejo specs converge 003", "vencejo specs converge 003 --build --rounds 2"],
        positionals: [feature],
        options: [
            .flag("--build", help: "Build the tasks, too."),
            .value(
                "--rounds", placeholder: "N", help: "How often it builds at most, from 1 to 100.", defaultText: "3"),
        ] + runOptions)
}
