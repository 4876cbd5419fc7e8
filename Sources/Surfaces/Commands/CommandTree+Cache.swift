import CommandLineKit

/// `vencejo cache …`.
extension CommandTree {
    private static let kind = OptionSpec.value(
        "--kind", placeholder: "KIND", help: "Only answers of this kind: decomposition, response, analysis or your own."
    )

    static let cache = CommandSpec(
        "cache", summary: "Look after the answers of models that are kept to be given again.",
        discussion: "What is kept, for whom and how long is configured under cache; by default nothing is.",
        subcommands: [
            CommandSpec(
                "stats", summary: "Show what is kept, how often it was given again, and what that saved.",
                examples: ["vencejo cache stats", "vencejo cache stats --json"]),
            CommandSpec(
                "warm", summary: "Keep the answers of a file before anybody asks.",
                discussion: """
                    Each line is a JSON object: {"kind": "response", "model": "provider/model", "request": {"system": "…", \
                    "messages": [{"role": "user", "content": "…"}], "max_tokens": 1000, "temperature": 0}, "reply": "…"}. Lines \
                    with a fault are named and the others kept; then it exits 1.
                    """,
                examples: ["vencejo cache warm answers.jsonl", "vencejo cache warm answers.jsonl --key team-a"],
                positionals: [Positional("FILE", help: "The file, one JSON object a line.")],
                options: [
                    .value(
                        "--key", placeholder: "KEY", help: "Whose questions they answer: the id of a key.",
                        defaultText: "agents, which are vencejo's own"),
                    .value(
                        "--project", placeholder: "PROJECT", help: "In which project.", defaultText: "this one"),
                ]),
            CommandSpec(
                "purge", summary: "Throw kept answers away; running servers notice within a quarter of a second.",
                examples: ["vencejo cache purge --kind response --older-than 6h", "vencejo cache purge --all"],
                options: [
                    kind,
                    .value(
                        "--older-than", placeholder: "AGE", help: "Only answers that are older than this: 90s, 6h, 7d."),
                    .flag("--all", help: "All of them; needed where nothing else is said."),
                ]),
        ])
}
