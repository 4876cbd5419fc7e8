import CommandLineKit

extension CommandTree {
    static let specsImport = CommandSpec(
        "import", summary: "Take over features from spec-kit, OpenSpec or Kiro, with their ids and history.",
        discussion: """
            Reads .specify/ and specs/, openspec/ or .kiro/specs/ of PATH, or of this project; nothing there is changed. What \
            each id is called here stands in specs/import.json. Run it again after the source has changed: what you have \
            changed here since is left alone and listed. Exits 1 when something was refused or both sides have changed.
            """,
        examples: [
            "vencejo specs import", "vencejo specs import --from kiro ../shop", "vencejo specs import --dry-run",
        ],
        positionals: [
            Positional(
                "PATH", help: "A project, or the tool's folder in it; this project if left out.", arity: .optional)
        ],
        options: [
            .value(
                "--from", placeholder: "TOOL", help: "Whose documents; found out if left out.",
                choices: ["speckit", "openspec", "kiro"]),
            .flag("--dry-run", help: "Only say what would be written."),
            .value(
                "--resolve", placeholder: "SIDE",
                help: "Settle files that both sides have changed: keep mine, or take what the source has.",
                choices: ["mine", "source"]),
        ])

    static let specsArchive = CommandSpec(
        "archive", summary: "Apply what features change to the living specifications in specs/living.",
        discussion: """
            A feature says what it changes in deltas/NAME.md: ADDED, MODIFIED, REMOVED and RENAMED requirements of \
            specs/living/NAME/spec.md. All deltas are applied or none; a second time changes nothing. A scenario that a \
            modification leaves out is refused unless ## REMOVED Scenarios lists it. A run does this by itself before its \
            final check.
            """,
        examples: ["vencejo specs archive 003", "vencejo specs archive --all --dry-run"],
        positionals: [
            Positional("FEATURE", help: "Features by number or name, or 'latest'.", arity: .repeated)
        ],
        options: [
            .flag("--all", help: "Every feature with deltas whose tasks are all done."),
            .flag("--dry-run", help: "Only say what would change; exits 1 where it cannot be applied."),
            .flag("--allow-vanishing", help: "Let scenarios go that a modification leaves out."),
        ])

    static let specsTemplates = CommandSpec(
        "templates", summary: "See which forms documents are written from, and make them your own.",
        discussion: """
            A form of the project (.vencejo/templates, .specify/templates) stands above that of the preset which specs.preset \
            names, and that above the built-in one; each by itself. See docs/specs/templates.md.
            """,
        examples: ["vencejo specs templates list"],
        subcommands: [
            CommandSpec(
                "list", summary: "Say of each form where it comes from, what it hides and what is wrong with it.",
                discussion: "Exits 1 when a form is broken.", examples: ["vencejo specs templates list"]),
            CommandSpec(
                "show", summary: "Print a form as a model gets it.", examples: ["vencejo specs templates show spec"],
                positionals: [Positional("NAME", help: "Such as spec, plan, tasks or checklist.")]),
            CommandSpec(
                "eject", summary: "Write forms into .vencejo/templates for you to change.",
                examples: [
                    "vencejo specs templates eject spec plan", "vencejo specs templates eject --preset minimal tasks",
                ],
                positionals: [Positional("NAME", help: "Such as spec, plan, tasks or checklist.", arity: .repeated)],
                options: [
                    .value("--preset", placeholder: "NAME", help: "Those of this preset instead of the chosen one."),
                    .flag("--force", help: "Replace files that exist."),
                ]),
        ])
}
