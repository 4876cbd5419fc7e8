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
            setUp, run, runs, verify, receipts, gates, map, models, doctor, demo, config, completions, bench,
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
        ],
        positionals: [Positional("REQUEST", help: "What is to be done, in plain words.")],
        options: [
            .value(
                "--mode", placeholder: "MODE", help: "What to trade money for.",
                choices: ["frugal", "balanced", "performance", "max"]),
            .value("--budget", placeholder: "USD", help: "The most that the run may spend, such as 2.00."),
            .value("--model", placeholder: "PROVIDER/MODEL", help: "Use this model for every agent."),
            .value(
                "--context", placeholder: "FILE|URL",
                help: "Give every agent this text file, image (PNG, JPEG, WebP) or web page to know.", isRepeated: true),
            .flag("-y", "--yes", help: "Approve the plan without asking."), events,
            .value(
                "--record", placeholder: "FILE",
                help: "Keep every answer of the models in FILE, to be replayed as a rehearsal."),
        ])

    private static let events = OptionSpec.flag(
        "--events", help: "Print events as they happen, one JSON object a line.")
    private static let runArgument = Positional(
        "RUN", help: "A run's id, its beginning or end, or 'latest'.", arity: .required)

    private static let runs = CommandSpec(
        "runs", summary: "Look at runs, go on with them, and do something with what they made.",
        subcommands: [
            CommandSpec(
                "list", summary: "List runs, the newest first.",
                examples: ["vencejo runs list", "vencejo runs list --all --limit 50"],
                options: [
                    .flag("--all", help: "Runs of every project, not only of this one."),
                    .value("--limit", placeholder: "N", help: "How many at the most.", defaultText: "20"),
                ]),
            CommandSpec(
                "show", summary: "Show a run's tasks, evidence, cost and what to do next.",
                examples: ["vencejo runs show latest"],
                positionals: [runArgument]),
            CommandSpec(
                "watch", summary: "Show a run's events from the beginning, and go on until it ends.",
                examples: ["vencejo runs watch latest"], positionals: [runArgument], options: [events]),
            CommandSpec(
                "resume", summary: "Go on with a run after a gate, a stop or a crash.",
                examples: ["vencejo runs resume latest"],
                positionals: [runArgument],
                options: [
                    .flag("-y", "--yes", help: "Approve the plan without asking."), events,
                    .value("--record", placeholder: "FILE", help: "Keep every answer of the models in FILE."),
                ]),
            CommandSpec(
                "cancel", summary: "End a run; what it made stays on its branch.",
                examples: ["vencejo runs cancel latest"],
                positionals: [runArgument]),
            CommandSpec(
                "diff", summary: "Show what a run has changed.", examples: ["vencejo runs diff latest | less"],
                positionals: [runArgument]),
            CommandSpec(
                "undo", summary: "Revert one task, or everything, on the run's branch, by a new commit.",
                examples: ["vencejo runs undo latest --task T002"], positionals: [runArgument],
                options: [
                    .value("--task", placeholder: "TASK", help: "Only this task, such as T002."),
                    .flag("--merged", help: "On your own branch, after the run was merged into it."),
                ]),
            CommandSpec(
                "snapshots", summary: "List what was saved of a run's files, with the commands that bring it back.",
                examples: ["vencejo runs snapshots latest"], positionals: [runArgument]),
            CommandSpec(
                "restore", summary: "Bring a run's worktree back, or write a snapshot into a new folder.",
                discussion: "Never writes over a file that is there.",
                examples: ["vencejo runs restore latest", "vencejo runs restore latest --snapshot 3 --to saved"],
                positionals: [runArgument],
                options: [
                    .value("--snapshot", placeholder: "N", help: "This snapshot, or 'all', instead of the worktree."),
                    .value("--to", placeholder: "DIR", help: "The folder for it, which must be new or empty."),
                ]),
            CommandSpec(
                "clean", summary: "Remove the worktrees of ended runs; what is not committed is saved first.",
                discussion:
                    "Branches, snapshots and ignored files are kept. Without RUN, of all runs that ended before --older-than.",
                examples: ["vencejo runs clean --dry-run", "vencejo runs clean latest"],
                positionals: [
                    Positional("RUN", help: "A run's id, its beginning or end, or 'latest'.", arity: .repeated)
                ],
                options: [
                    .value(
                        "--older-than", placeholder: "AGE", help: "Only runs that ended so long ago.",
                        defaultText: "30d"),
                    .flag("--dry-run", help: "Only say what would be removed."),
                ]),
            CommandSpec(
                "merge", summary: "Bring a run's commits onto the branch you are on.",
                discussion:
                    "Fast-forwards where it can, else makes a merge commit. Refuses on conflicts, and says where.",
                examples: ["vencejo runs merge latest"], positionals: [runArgument]),
            CommandSpec(
                "receipts", summary: "Show the evidence: every check that the engine ran.",
                examples: ["vencejo runs receipts latest"],
                positionals: [runArgument], options: [.flag("--log", help: "Print the logs, too.")]),
        ])

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
                options: [.flag("--rerun", help: "Run each command again on its tree, and compare what comes out.")])
        ])

    private static let gateArgument = Positional("GATE", help: "A gate's id, or its beginning or end.")
    private static let comment = OptionSpec.value(
        "--comment", placeholder: "TEXT", help: "A word with the answer; agents get to read it.")

    private static let gates = CommandSpec(
        "gates", summary: "Answer the questions that runs are waiting for.",
        subcommands: [
            CommandSpec(
                "list", summary: "List open gates.", examples: ["vencejo gates list"],
                options: [.flag("--all", help: "Answered ones, too.")]),
            CommandSpec(
                "approve", summary: "Answer a gate with yes.", examples: ["vencejo gates approve 3f9a01c2"],
                positionals: [gateArgument], options: [comment]),
            CommandSpec(
                "reject", summary: "Answer a gate with no.",
                examples: ["vencejo gates reject 3f9a01c2 --comment \"too large\""],
                positionals: [gateArgument], options: [comment]),
            CommandSpec(
                "answer", summary: "Answer a gate with one of its choices, or in words.",
                examples: ["vencejo gates answer 3f9a01c2 \"use ISO dates\""],
                positionals: [gateArgument, Positional("ANSWER", help: "The answer.")], options: [comment]),
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
                "list", summary: "List providers, and the model of each role and mode.",
                examples: ["vencejo models list"],
                options: [.flag("--remote", help: "Ask each provider which models it has.")]),
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
                examples: ["vencejo config show --json"])
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
            CommandSpec("sandbox", summary: "What the sandbox adds to a command."),
            CommandSpec("loop", summary: "The agent loop's own cost a turn."),
        ])
}
