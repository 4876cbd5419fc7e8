import CommandLineKit

/// A command line that the tests of this target share.
enum Sample {
    static let globals: [OptionSpec] = [
        .flag("-q", "--quiet", help: "Print less."),
        .value("--home", placeholder: "DIRECTORY", help: "Where things are kept.", defaultText: "~/.falcon"),
    ]

    static let root = CommandSpec(
        "falcon", summary: "Fly.",
        subcommands: [
            CommandSpec(
                "fly", summary: "Fly somewhere.",
                discussion: "Takes off, flies and lands. It asks before it crosses water, unless it was told not to.",
                examples: ["falcon fly north --speed fast"],
                positionals: [
                    Positional("PLACE", help: "Where to."),
                    Positional("VIA", help: "Places on the way.", arity: .repeated),
                ],
                options: [
                    .flag("-y", "--yes", help: "Ask nothing."),
                    .value(
                        "-s", "--speed", placeholder: "SPEED", help: "How fast.", choices: ["slow", "fast"],
                        defaultText: "slow"),
                    .value("--with", placeholder: "NAME", help: "A companion.", isRepeated: true),
                ]),
            CommandSpec(
                "nests", summary: "Look after nests.",
                subcommands: [
                    CommandSpec(
                        "list", summary: "List the nests.",
                        positionals: [Positional("TREE", help: "Only this tree.", arity: .optional)],
                        options: [.flag("--json", help: "Print JSON.")]),
                    CommandSpec("drop", summary: "Drop a nest."),
                ]),
            CommandSpec("molt", summary: "Hidden.", isHidden: true),
        ])

    static let parser = CommandLineParser(root: root, globalOptions: globals, version: "1.2.3")
}
