import CommandLineKit

extension CommandTree {
    private static let key = Positional("KEY", help: "A key's name, or its id, the beginning or end of it.")

    static let keys = CommandSpec(
        "keys", summary: "Make and end the gateway's keys, each with models, budgets and rates of its own.",
        discussion: """
            A key's text begins with vj- and is shown once, when it is made or rotated; only its digest is kept. Servers that \
            run notice changes within a second.
            """,
        subcommands: [
            CommandSpec(
                "create", summary: "Make a key and show its text, this once.",
                examples: [
                    "vencejo keys create ci --budget-day 5 --rpm 60",
                    "vencejo keys create prometheus --operator --budget 0",
                    "vencejo keys create ana --user ana --project shop --models anthropic/* --expires 2026-12-31",
                ],
                positionals: [Positional("NAME", help: "What people call the key.")],
                options: [
                    .value("--user", placeholder: "USER", help: "The user that calls count for, too."),
                    .value("--project", placeholder: "PROJECT", help: "The project that calls count for, too."),
                    .value(
                        "--models", placeholder: "PATTERN",
                        help: "A model that may be asked, such as anthropic/*; all if left out.", isRepeated: true),
                    .value("--budget", placeholder: "USD", help: "The most that all calls together may cost."),
                    .value("--budget-day", placeholder: "USD", help: "The most that a day (UTC) may cost."),
                    .value(
                        "--budget-month", placeholder: "USD", help: "The most that a calendar month (UTC) may cost."),
                    .value("--rpm", placeholder: "N", help: "The most requests in a minute."),
                    .value("--tpm", placeholder: "N", help: "The most tokens in a minute, in and out."),
                    .value("--concurrent", placeholder: "N", help: "The most requests at once."),
                    .flag("--operator", help: "Let it see what all keys do: /metrics and the figures of the cache."),
                    .value(
                        "--expires", placeholder: "TIME",
                        help: "When the key ends: 2026-12-31, 2026-12-31T18:00:00Z, or 90d from now."),
                ]),
            CommandSpec(
                "list", summary: "List the keys that are not revoked.", examples: ["vencejo keys list"],
                options: [.flag("--all", help: "Also those that are revoked.")]),
            CommandSpec(
                "show", summary: "Show what a key may, and what of it is left.", examples: ["vencejo keys show ci"],
                positionals: [key]),
            CommandSpec(
                "revoke", summary: "End a key for ever.", examples: ["vencejo keys revoke ci"], positionals: [key]),
            CommandSpec(
                "rotate", summary: "Give a key a new text and end the old one at once; all else stays.",
                examples: ["vencejo keys rotate ci"], positionals: [key]),
        ])

    static let costsReport = CommandSpec(
        "report", summary: "Add up what runs and calls through the gateway have cost, together.",
        examples: ["vencejo costs report", "vencejo costs report --by key --since 2026-11-01"],
        options: [
            .value(
                "--by", placeholder: "WHAT", help: "What to add up by.",
                choices: ["day", "model", "project", "user", "kind", "key"], defaultText: "day"),
            since,
        ])

    static let costsHints = CommandSpec(
        "hints", summary: "Say what could have been saved, and what that rests on.",
        discussion: "Computed from the ledger alone: nothing is asked and nothing is changed.",
        examples: ["vencejo costs hints --since 2026-11-01"], options: [since])

    private static let since = OptionSpec.value(
        "--since", placeholder: "DATE", help: "Only of this day (UTC) and later: 2026-11-21.")
}
