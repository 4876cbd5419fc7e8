import CommandLineKit

/// `vencejo runs …`.
extension CommandTree {
    static let runs = CommandSpec(
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
                discussion: "With --at, as it was then: steps, tasks, gates, conversation, money and tree.",
                examples: ["vencejo runs show latest", "vencejo runs show latest --at plan"],
                positionals: [runArgument],
                options: [
                    .value(
                        "--at", placeholder: "STEP|N",
                        help: "The end of a step, such as plan or T001, or the number of an event.")
                ]),
            CommandSpec(
                "watch", summary: "Show a run's events from the beginning, and go on until it ends.",
                examples: ["vencejo runs watch latest", "vencejo runs watch latest --events --after 120"],
                positionals: [runArgument],
                options: [
                    events, .value("--after", placeholder: "N", help: "Only events after the run's event number N."),
                ]),
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
                "rollback", summary: "Stop a run and take back what its steps did, where they say how.",
                examples: ["vencejo runs rollback latest"], positionals: [runArgument], options: [events]),
            CommandSpec(
                "diff", summary: "Show what a run has changed.", examples: ["vencejo runs diff latest | less"],
                positionals: [runArgument],
                options: [.value("--at", placeholder: "STEP|N", help: "What it had changed by then.")]),
            CommandSpec(
                "fork", summary: "Begin a new run at the end of a step of another, and go on from there.",
                discussion: """
                    What was recorded until then is taken over, so no answer is bought again. The new run has its own branch and \
                    worktree; the other one is not touched.
                    """,
                examples: [
                    "vencejo runs fork latest --at plan --yes",
                    "vencejo runs fork latest --at T001 --input mode=performance",
                ],
                positionals: [runArgument],
                options: [
                    at,
                    .value(
                        "--input", placeholder: "NAME=VALUE",
                        help: "What is different for the steps to come: request, mode or budget; may be repeated.",
                        isRepeated: true),
                    .flag("--no-start", help: "Only make the run; go on later with vencejo runs resume."),
                    .flag("-y", "--yes", help: "Approve the plan without asking."), events,
                    .value("--record", placeholder: "FILE", help: "Keep every answer of the models in FILE."),
                ]),
            CommandSpec(
                "rewind", summary: "Put a run that has not ended back to the end of an earlier step.",
                discussion: """
                    Commits, files and records of what came later are kept: see vencejo runs snapshots. Money that was spent \
                    stays spent.
                    """,
                examples: ["vencejo runs rewind latest --at T001"], positionals: [runArgument], options: [at]),
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
}
