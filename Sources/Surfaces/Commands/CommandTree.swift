package import CommandLineKit

/// Every command with its arguments, options and examples: what help and completions are made of.
package enum CommandTree {
    package static let globalOptions: [OptionSpec] = [
        .flag("--json", help: "Print one result object on standard output; all else goes to standard error."),
        .value("-C", "--directory", placeholder: "DIR", help: "Work as if started in DIR."),
        .flag("--no-color", help: "Print without colours."),
    ]

    package static let root = CommandSpec(
        "vencejo", summary: "Takes a request to proven commits.",
        discussion: """
            Exit status: 0 done, 1 failed, 2 usage or configuration, 3 waiting at a gate, 4 budget, 5 refused by policy, \
            130 interrupted.
            """,
        examples: [
            "vencejo init", "vencejo run \"Add a --json flag to the list command\"", "vencejo runs show latest",
        ],
        subcommands: [
            setUp, run, runs, verify, receipts, gates, workflows, hooks, specs, costs, serve, keys, cache, map, models,
            doctor,
            demo,
            config,
            completions, bench,
        ])

    private static let setUp = CommandSpec(
        "init", summary: "Prepare a repository: settings and constitution.",
        discussion:
            "Writes .vencejo/config.yaml and .specify/memory/constitution.md where they do not exist, and changes nothing else.",
        examples: ["vencejo init"])

    private static let run = CommandSpec(
        "run", summary: "Take a request through specification, plan, tasks, code and tests to proven commits.",
        discussion: """
            Works on its own branch in its own worktree; your files are not touched. Before anything is built it asks you to \
            approve the plan. Without a terminal and without --yes it parks there and exits 3.
            """,
        examples: [
            "vencejo run \"Add a --json flag to the list command\"",
            "vencejo run \"Fix the crash in issue 12\" --mode frugal --budget 2.00",
            "vencejo run \"Rename Foo to Bar\" --yes --json",
            "vencejo run --workflow hotfix \"The list command crashes on an empty file\"",
        ],
        positionals: [Positional("REQUEST", help: "What is to be done, in plain words.", arity: .optional)],
        options: [
            .value(
                "--mode", placeholder: "MODE", help: "What to trade money for.",
                choices: ["frugal", "balanced", "performance", "max"]),
            .value("--budget", placeholder: "USD", help: "The most that the run may spend, such as 2.00."),
            .value(
                "--priority", placeholder: "PRIORITY",
                help: "low: calls may wait for their provider's batches, at half the price or so.",
                choices: ["normal", "low"]),
            .value("--model", placeholder: "PROVIDER/MODEL", help: "Use this model for every agent."),
            .value(
                "--context", placeholder: "FILE|URL",
                help: "Give every agent this text file, image (PNG, JPEG, WebP) or web page to know.", isRepeated: true),
            .value(
                "--workflow", placeholder: "NAME|FILE", help: "How to go about it; see vencejo workflows list.",
                defaultText: "spec-driven"),
            .value(
                "--input", placeholder: "NAME=VALUE", help: "A value for one of the workflow's inputs.",
                isRepeated: true),
            .value(
                "--feature", placeholder: "FEATURE",
                help: "Build this feature of specs/, from the documents that are there."),
            .flag("-y", "--yes", help: "Approve the plan without asking."), events,
            .value(
                "--record", placeholder: "FILE",
                help: "Keep every answer of the models in FILE, to be replayed as a rehearsal."),
        ])

    static let events = OptionSpec.flag(
        "--events", help: "Print events as they happen, one JSON object a line.")
    static let at = OptionSpec.value(
        "--at", placeholder: "STEP", help: "The end of this step, such as plan, approve or T001.")
    static let runArgument = Positional(
        "RUN", help: "A run's id, its beginning or end, or 'latest'.", arity: .required)

    private static let verify = CommandSpec(
        "verify", summary: "Run the project's own tests and linters on your files as they are, in the sandbox.",
        discussion: """
            An unchanged tree is not tested again: its receipt stands, and the result says since when. Exits 0 when everything \
            passed, 1 when something failed, 2 when something could not run.
            """,
        examples: [
            "vencejo verify", "vencejo verify --kind coverage --kind security",
            "vencejo verify tests/test_app.py --fresh",
        ],
        positionals: [Positional("PATH", help: "Only these files or folders.", arity: .repeated)],
        options: [
            .value(
                "--kind", placeholder: "KIND", help: "What to find out; may be repeated.",
                choices: [
                    "unit-tests", "integration-tests", "coverage", "lint", "security", "complexity", "dependencies",
                    "performance",
                ], defaultText: "unit-tests and lint", isRepeated: true),
            .value("--filter", placeholder: "NAME", help: "Only tests of this name."),
            .flag("--fresh", help: "Run everything, whatever receipts there are."),
            .flag("--fix", help: "Let the linters mend what they can; this changes your files."),
            .flag("--tolerate-flaky", help: "Pass where a failing test passes when it is run again."),
            .value("--sarif", placeholder: "FILE", help: "Write all findings to FILE, as SARIF."),
            .value("--junit", placeholder: "FILE", help: "Write all tests to FILE, as JUnit XML."),
        ])

    private static let receipts = CommandSpec(
        "receipts", summary: "Look after stored evidence.",
        subcommands: [
            CommandSpec(
                "check", summary: "Check that logs and trees of receipts are still what they were.",
                discussion: "Without RUN it checks the receipts of `vencejo verify` in this project.",
                examples: ["vencejo receipts check", "vencejo receipts check latest --rerun"],
                positionals: [
                    Positional("RUN", help: "A run's id, its beginning or end, or 'latest'.", arity: .optional)
                ],
                options: [.flag("--rerun", help: "Run each command again on its tree, and compare what comes out.")]),
            CommandSpec(
                "clean",
                summary: "Remove receipts of `vencejo verify` in this project that are evidence of nothing any more.",
                discussion:
                    "Kept are the newest of each check, all of trees that are committed or stand in the working tree, and all that a run was told or a commit names (trailer Vencejo-Receipt).",
                examples: ["vencejo receipts clean --dry-run"],
                options: [
                    .value(
                        "--keep", placeholder: "N", help: "How many of each check stay in any case.", defaultText: "20"),
                    .flag("--dry-run", help: "Only say what would be removed."),
                ]),
        ])

    private static let gateArgument = Positional("GATE", help: "A gate's id, or its beginning or end.")
    private static let comment = OptionSpec.value(
        "--comment", placeholder: "TEXT", help: "A word with the answer; agents get to read it.")

    private static let gates = CommandSpec(
        "gates", summary: "Answer the questions that runs are waiting for.",
        subcommands: [
            CommandSpec(
                "list", summary: "List open gates.",
                examples: ["vencejo gates list", "vencejo gates list --run latest"],
                options: [
                    .flag("--all", help: "Answered ones, too."),
                    .value("--run", placeholder: "RUN", help: "Only those of this run."),
                ]),
            CommandSpec(
                "show", summary: "Show a gate with all there is to know before answering.",
                examples: ["vencejo gates show 3f9a01c2"], positionals: [gateArgument]),
            CommandSpec(
                "approve", summary: "Answer a gate with yes.", examples: ["vencejo gates approve 3f9a01c2"],
                positionals: [gateArgument], options: [comment]),
            CommandSpec(
                "reject", summary: "Answer a gate with no.",
                examples: ["vencejo gates reject 3f9a01c2 --comment \"too large\""],
                positionals: [gateArgument], options: [comment]),
            CommandSpec(
                "answer", summary: "Answer a gate with one of its choices, in words, or by filling in its form.",
                discussion: "Without an answer, a terminal asks for it, field by field where the gate has a form.",
                examples: [
                    "vencejo gates answer 3f9a01c2 \"use ISO dates\"",
                    "vencejo gates answer 3f9a01c2 --field region=eu --field replicas=3",
                ],
                positionals: [gateArgument, Positional("ANSWER", help: "The answer.", arity: .optional)],
                options: [
                    .value("--data", placeholder: "JSON", help: "A filled-in form, as a JSON object."),
                    .value(
                        "--field", placeholder: "NAME=VALUE", help: "One field of the form; may be repeated.",
                        isRepeated: true),
                    .value("--file", placeholder: "FILE", help: "A file with the filled-in form, as JSON."), comment,
                ]),
            CommandSpec(
                "audit", summary: "Show everything that happened at gates: who answered what, when, through what.",
                examples: ["vencejo gates audit --run latest"],
                options: [.value("--run", placeholder: "RUN", help: "Only the gates of this run.")]),
        ])

    private static let hooks = CommandSpec(
        "hooks", summary: "See which hooks hold here, and decide about the project's.",
        discussion: """
            Hooks are commands that are run at moments of a run. Those of a project come with the repository: they are run only \
            when you trust them as they are, with their scripts in .vencejo/hooks. Any change asks for your trust anew.
            """,
        subcommands: [
            CommandSpec(
                "list", summary: "List the hooks, whose they are and whether they are run.",
                examples: ["vencejo hooks list"]),
            CommandSpec(
                "trust", summary: "Trust the project's hooks as they are now.", examples: ["vencejo hooks trust"]),
            CommandSpec(
                "distrust", summary: "Run the project's hooks no more.", examples: ["vencejo hooks distrust"]),
        ])

    private static let workflows = CommandSpec(
        "workflows", summary: "Look at the workflows there are, and check their files.",
        subcommands: [
            CommandSpec(
                "list", summary: "List the project's workflows, your own, and the built-in ones.",
                examples: ["vencejo workflows list"]),
            CommandSpec(
                "show", summary: "Show a workflow's inputs and steps.",
                examples: ["vencejo workflows show spec-driven", "vencejo workflows show ./release.yaml --json"],
                positionals: [Positional("NAME", help: "A workflow's name, or the path of its file.")]),
            CommandSpec(
                "run", summary: "Run a workflow here; the same as vencejo run --workflow NAME.",
                examples: ["vencejo workflows run hotfix \"The list command crashes on an empty file\""],
                positionals: [
                    Positional("NAME", help: "A workflow's name, or the path of its file."),
                    Positional("REQUEST", help: "What is to be done, in plain words.", arity: .optional),
                ],
                options: run.options),
            CommandSpec(
                "validate", summary: "Check workflow files: every fault with its place and how to mend it.",
                discussion:
                    "Without FILE, every workflow there is. Exits 2 when there is an error; warnings alone are none.",
                examples: ["vencejo workflows validate", "vencejo workflows validate .vencejo/workflows/release.yaml"],
                positionals: [Positional("FILE", help: "A file, or a workflow's name.", arity: .repeated)]),
            CommandSpec(
                "schema", summary: "Print the JSON Schema of workflow files, for editors.",
                examples: ["vencejo workflows schema > .vencejo/workflow.schema.json"]),
        ])

    private static let costs = CommandSpec(
        "costs", summary: "See what was spent, what may be, and what to expect.",
        subcommands: [
            CommandSpec(
                "show", summary: "Show what calls have cost, of all projects or of one run.",
                examples: ["vencejo costs show", "vencejo costs show --by model --since 2026-11-01"],
                options: [
                    .value("--run", placeholder: "RUN", help: "Only of this run; by task."),
                    .value(
                        "--by", placeholder: "WHAT", help: "What to add up by.",
                        choices: ["day", "model", "project", "task", "agent"], defaultText: "day"),
                    .value("--since", placeholder: "DATE", help: "Only of this day (UTC) and later: 2026-11-21."),
                ]),
            CommandSpec(
                "budgets", summary: "Show every limit: what is spent, set aside and left, and when it begins again.",
                examples: ["vencejo costs budgets"]),
            CommandSpec(
                "estimate", summary: "Say what a request, or the rest of a run, may cost, and what that rests on.",
                examples: [
                    "vencejo costs estimate \"Add a --json flag\"", "vencejo costs estimate --run latest",
                ],
                positionals: [Positional("REQUEST", help: "What is to be done.", arity: .optional)],
                options: [
                    .value("--run", placeholder: "RUN", help: "What is left of this run."),
                    .value(
                        "--mode", placeholder: "MODE", help: "What to trade money for.",
                        choices: ["frugal", "balanced", "performance", "max"]),
                ]),
            costsReport, costsHints,
        ])

    private static let map = CommandSpec(
        "map", summary: "Show the most important files of a tree with their most important definitions.",
        discussion: """
            Files are ranked by who uses what they define, seen from the focus where one is given. Left out are files that git \
            ignores, secrets, lock files, generated and vendored code, and files over 1 MB. What was read is kept, so that the \
            next map reads only what has changed. Works in any folder, with or without git.
            """,
        examples: [
            "vencejo map", "vencejo map src --budget 4000", "vencejo map --focus Store.load --focus src/cli.py --lines",
            "vencejo map --json | less",
        ],
        positionals: [
            Positional("PATHS", help: "Files and folders to show; the whole folder if left out.", arity: .repeated)
        ],
        options: [
            .value(
                "--budget", placeholder: "TOKENS", help: "The most tokens that the map may have.", defaultText: "2000"),
            .value(
                "--focus", placeholder: "FILE|IDENT",
                help: "A file, a folder, a definition or a word of a path that comes first; may be repeated.",
                isRepeated: true),
            .flag("--lines", help: "Show the number of each line."),
        ])

    private static let models = CommandSpec(
        "models", summary: "See which models are used, and whether they answer.",
        subcommands: [
            CommandSpec(
                "list", summary: "List providers, the model of each role and mode, and what is known of each model.",
                examples: ["vencejo models list", "vencejo models list --all --json"],
                options: [
                    .flag("--all", help: "Every model of the catalogue, not only those that are configured."),
                    .flag("--remote", help: "Ask each provider which models it has."),
                ]),
            CommandSpec(
                "explain", summary: "Say which model would be asked, which after it, and why no other.",
                examples: [
                    "vencejo models explain --role developer \"Fix the race in the store\"",
                    "vencejo models explain --kind review --mode frugal --tokens 150000",
                ],
                positionals: [
                    Positional("REQUEST", help: "What is to be done; its words say how hard it is.", arity: .repeated)
                ],
                options: [
                    .value("--role", placeholder: "AGENT", help: "The agent that asks."),
                    .value(
                        "--kind", placeholder: "KIND", help: "What the call is for.",
                        choices: ModelsExplainCommand.kinds),
                    .value(
                        "--mode", placeholder: "MODE", help: "What to trade money for.",
                        choices: ["frugal", "balanced", "performance", "max"]),
                    .value("--tokens", placeholder: "N", help: "The input that the model has to take."),
                    .flag("--images", help: "The call shows images."),
                ]),
            CommandSpec(
                "test", summary: "Make one small call to each provider in use, or to one model.",
                examples: ["vencejo models test", "vencejo models test anthropic/claude-haiku-4-5"],
                positionals: [Positional("MODEL", help: "provider/model.", arity: .optional)]),
        ])

    private static let doctor = CommandSpec(
        "doctor", summary: "Check git, sandbox, models, disk and configuration, and say how to mend each.",
        examples: ["vencejo doctor"])

    private static let demo = CommandSpec(
        "demo", summary: "Carry out a recorded request on a small real project.",
        discussion: """
            Everything but the model's words is real: worktree, edits, sandboxed tests that first fail and then pass, commits, \
            receipts. With --live a configured model is asked instead of the recording.
            """,
        examples: ["vencejo demo", "vencejo demo --live"],
        options: [
            .flag("--live", help: "Ask the configured model; this costs money."),
            .value("--in", placeholder: "DIR", help: "Where to put the project; a new temporary folder if left out."),
        ])

    private static let config = CommandSpec(
        "config", summary: "Look at the configuration.",
        subcommands: [
            CommandSpec(
                "show", summary: "Show the settings in force and the files they come from; keys are never shown.",
                examples: ["vencejo config show --json"]),
            CommandSpec(
                "trust", summary: "Let the project's settings reach further than its own work.",
                discussion: """
                    Settings come with a repository. Lines of them that reach for money, for other hosts, for your files, or out of \
                    the sandbox stop every command until you have looked at them; they are named here, and trusted as the file is now.
                    """,
                examples: ["vencejo config trust"]),
            CommandSpec("distrust", summary: "Take that trust back.", examples: ["vencejo config distrust"]),
        ])

    private static let completions = CommandSpec(
        "completions", summary: "Print a completion script for a shell.",
        examples: ["vencejo completions bash > ~/.local/share/bash-completion/completions/vencejo"],
        positionals: [Positional("SHELL", help: "bash, zsh or fish.")])

    private static let bench = CommandSpec(
        "bench", summary: "Measure this installation.", isHidden: true,
        subcommands: [
            CommandSpec(
                "seed", summary: "Fill the journal with ended runs.",
                options: [.value("--runs", placeholder: "N", help: "How many.", defaultText: "10000")]),
            CommandSpec("journal", summary: "Durable steps a second."),
            CommandSpec("steps", summary: "Durable steps a second, with many callers waiting."),
            CommandSpec("ledger", summary: "Served calls admitted and recorded a second, and keys looked up."),
            CommandSpec("workflows", summary: "Durable workflows of ten steps a second."),
            CommandSpec("resume", summary: "How long a run with 5000 turns takes to go on."),
            CommandSpec("parked", summary: "What 200 parked gates cost."),
            CommandSpec("sandbox", summary: "What the sandbox adds to a command."),
            CommandSpec("cache", summary: "Look-ups in a cache of 100 000 answers."),
            CommandSpec("loop", summary: "The agent loop's own cost a turn."),
        ])
}
