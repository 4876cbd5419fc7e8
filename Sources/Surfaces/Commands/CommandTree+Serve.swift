import CommandLineKit

extension CommandTree {
    static let serve = CommandSpec(
        "serve", summary: "Serve the configured models to any agent or SDK, with keys, budgets and a ledger.",
        discussion: """
            Speaks Anthropic's Messages, OpenAI's Responses, Chat Completions and lists of models. It listens on this machine \
            only unless serve.address says otherwise, and wants a key for everything: the first start makes one named 'local' and \
            shows it once. SIGTERM or Ctrl-C ends it when the calls under way have ended, at most 30 seconds later.
            """,
        examples: ["vencejo serve", "vencejo serve --port 0", "vencejo serve --socket /run/user/1000/vencejo.sock"],
        options: [
            .value(
                "--host", placeholder: "ADDRESS", help: "The address to listen on.",
                defaultText: "serve.address, or 127.0.0.1"),
            .value(
                "--port", placeholder: "N", help: "The port; 0 takes a free one.", defaultText: "serve.address, or 8790"
            ),
            .value("--socket", placeholder: "PATH", help: "A Unix socket instead."),
        ])
}
