/// A judgement on commands that ships with the product; its denials are never lifted, its questions by an explicit rule.
package struct BuiltInCommandRule: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable { case ask, deny }

    /// Forms of a denied command that only read.
    package struct Harmless: Sendable, Hashable {
        /// All options given must be among these.
        var options: Set<String> = []
        /// With one of these, any operands are fine.
        var openingOptions: Set<String> = []
        /// Without one, at most so many operands; -1 refuses the bare command too.
        var operands = 0
        /// A first operand among these is fine, whatever follows.
        var firstOperands: Set<String> = []
    }

    package let programs: [String]
    /// The first operand, for `git` behind its global options; empty for any.
    package var subcommands: [String] = []
    /// Of each group at least one option must be given.
    package var options: [[String]] = []
    /// Patterns of which at least one operand must match one; empty for any.
    package var operands: [String] = []
    /// At least one program that feeds this one; `*` is any.
    package var feeders: [String] = []
    package var harmless: Harmless?
    package let verdict: Verdict
    package let reason: String
}

extension BuiltInCommandRule {
    private static let systemFolders = [
        "/", "/*", "/.", "/..",
        "/{bin,boot,dev,etc,home,lib,lib64,opt,proc,root,run,sbin,srv,sys,usr,var,Users,System,Library,Applications}",
        "/{etc,usr,boot,dev,sys,proc,bin,sbin,lib}/*", "/{home,Users,var,root,opt}/*", "~", "~/*", "..",
    ]
    private static let recursive = ["-r", "-R", "--recursive", "--dir", "-d"]
    private static let fetchers = [
        "curl", "wget", "fetch", "http", "https", "aria2c", "lynx", "nc", "ncat", "socat", "ssh",
    ]
    private static let shells = CommandWrapper.shells.sorted()

    private static func git(
        _ subcommands: [String], harmless: Harmless? = nil, _ reason: String
    ) -> BuiltInCommandRule {
        BuiltInCommandRule(
            programs: ["git"], subcommands: subcommands, harmless: harmless, verdict: .deny, reason: reason)
    }

    private static func deny(_ programs: [String], subcommands: [String] = [], _ reason: String) -> BuiltInCommandRule {
        BuiltInCommandRule(programs: programs, subcommands: subcommands, verdict: .deny, reason: reason)
    }

    private static func ask(_ programs: [String], subcommands: [String] = [], _ reason: String) -> BuiltInCommandRule {
        BuiltInCommandRule(programs: programs, subcommands: subcommands, verdict: .ask, reason: reason)
    }

    package static let all: [BuiltInCommandRule] = privileges + destruction + gitState + publishing + outside

    private static let privileges: [BuiltInCommandRule] = [
        deny(["sudo", "doas", "su", "pkexec", "runuser", "setpriv", "capsh"], "agents work without higher privileges"),
        deny(
            ["shutdown", "reboot", "halt", "poweroff", "telinit", "init"],
            "the machine is not the agent's to switch off"),
        deny(
            ["systemctl", "systemd-run", "launchctl", "service", "rc-service", "loginctl"],
            "system services are not the agent's to steer"),
        deny(
            [
                "useradd", "userdel", "usermod", "adduser", "deluser", "groupadd", "passwd", "chpasswd", "visudo",
                "chsh",
            ],
            "accounts are not the agent's to change"),
        deny(
            [
                "iptables", "ip6tables", "nft", "ufw", "sysctl", "modprobe", "insmod", "rmmod", "kexec", "setenforce",
                "swapoff",
            ],
            "the system's settings are not the agent's to change"),
        deny(["chroot", "unshare", "nsenter", "bwrap", "setcap"], "agents do not leave or rebuild their sandbox"),
        deny(["vencejo"], "an agent does not steer the engine that runs it"),
        BuiltInCommandRule(
            programs: ["crontab", "at", "batch"],
            harmless: Harmless(options: ["-l"], openingOptions: ["-l"], operands: -1), verdict: .deny,
            reason: "nothing an agent starts outlives its step"),
    ]

    private static let destruction: [BuiltInCommandRule] = [
        BuiltInCommandRule(
            programs: ["rm", "unlink"], options: [recursive], operands: systemFolders, verdict: .deny,
            reason: "it removes a system, home or parent folder"),
        BuiltInCommandRule(
            programs: ["rm"], options: [recursive], operands: [".", "\\*", "./\\*", ".\\*"], verdict: .ask,
            reason: "it removes the whole working folder"),
        BuiltInCommandRule(
            programs: ["rm"], options: [["--no-preserve-root"]], verdict: .deny,
            reason: "it switches off the guard of the root folder"),
        BuiltInCommandRule(
            programs: ["chmod", "chown", "chgrp", "chattr", "setfacl"], options: [["-R", "-r", "--recursive"]],
            operands: systemFolders,
            verdict: .deny, reason: "it changes the rights of a system, home or parent folder"),
        BuiltInCommandRule(
            programs: ["find"], options: [["-delete"]], operands: systemFolders, verdict: .deny,
            reason: "it removes files outside of the workspace"),
        BuiltInCommandRule(
            programs: ["mv"], operands: ["/", "/*", "~", "/{bin,boot,etc,home,lib,usr,var}"], verdict: .ask,
            reason: "it moves files outside of the workspace"),
        deny(
            [
                "mkfs", "mkfs.*", "mke2fs", "mkswap", "fdisk", "sfdisk", "cfdisk", "parted", "gdisk", "wipefs",
                "blkdiscard", "hdparm",
                "mount", "umount", "losetup", "cryptsetup", "diskutil", "fsck", "fsck.*",
            ], "disks are not the agent's to touch"),
        BuiltInCommandRule(
            programs: ["dd", "tee", "cp", "shred"],
            operands: [
                "of=/dev/{sd,hd,nvme,vd,disk,mapper,mmcblk,mem}*", "/dev/{sd,hd,nvme,vd,disk,mapper,mmcblk,mem}*",
            ],
            verdict: .deny, reason: "it writes to a device"),
        ask(["shred", "srm"], "it destroys files so that they cannot be brought back"),
        BuiltInCommandRule(
            programs: ["kill"], options: [["-1"]], verdict: .ask, reason: "it may end every process of the user"),
        ask(["killall", "pkill", "killall5", "xkill"], "it ends processes by name, which may not be the agent's"),
        BuiltInCommandRule(
            programs: shells + ["eval", "source", "."], feeders: fetchers, verdict: .deny,
            reason: "it runs a script straight from the network; download it, read it, then run it"),
        BuiltInCommandRule(
            programs: shells + ["eval", "source", "."], feeders: ["*"], verdict: .ask,
            reason: "it runs a script that another command makes"),
        ask(["eval"], "it runs text as a command"),
        ask(["alias"], "it changes what later commands mean"),
    ]

    private static let gitState: [BuiltInCommandRule] = [
        git(["push", "send-pack", "send-email", "request-pull"], "the engine publishes, when the user says so"),
        git(
            [
                "commit", "add", "rm", "mv", "checkout", "switch", "restore", "reset", "merge", "rebase", "cherry-pick",
                "revert", "am",
                "pull", "fetch", "init", "gc", "prune", "repack", "update-ref", "update-index", "symbolic-ref",
                "filter-branch", "filter-repo",
                "replace", "fast-import", "write-tree", "commit-tree", "read-tree", "checkout-index", "maintenance",
                "sparse-checkout",
                "commit-graph", "pack-refs", "bisect", "hook", "daemon", "credential", "stage",
            ], "the engine commits; leave the changes in the files"),
        git(
            ["clean"],
            harmless: Harmless(
                options: ["-n", "--dry-run", "-d", "-x", "-X"], openingOptions: ["-n", "--dry-run"], operands: -1),
            "it removes files that nobody saved"),
        git(
            ["branch"],
            harmless: Harmless(
                options: [
                    "-a", "--all", "-r", "--remotes", "-v", "-vv", "--verbose", "--show-current", "-l", "--list",
                    "--contains", "--no-contains",
                    "--merged", "--no-merged", "--points-at", "--sort", "--format", "--column", "--no-color", "--color",
                ],
                openingOptions: [
                    "-l", "--list", "--contains", "--no-contains", "--merged", "--no-merged", "--points-at",
                ]),
            "the engine keeps the branches"),
        git(
            ["tag"],
            harmless: Harmless(
                options: ["-l", "--list", "-n", "--contains", "--points-at", "--merged", "--sort", "--format"],
                openingOptions: ["-l", "--list", "--contains", "--points-at", "--merged"]), "the engine keeps the tags"),
        git(
            ["worktree"], harmless: Harmless(options: ["--porcelain", "-v", "-z"], firstOperands: ["list"]),
            "the engine keeps the worktrees"),
        git(
            ["stash"],
            harmless: Harmless(options: ["-p", "--patch", "--stat"], operands: -1, firstOperands: ["list", "show"]),
            "the engine saves every state; leave the changes in the files"),
        git(
            ["config"],
            harmless: Harmless(
                options: [
                    "--get", "--get-all", "--get-regexp", "--list", "-l", "--global", "--local", "--system",
                    "--show-origin", "--show-scope",
                    "--name-only", "-z", "--null", "--bool", "--int", "--path", "--type",
                ], openingOptions: ["--get", "--get-all", "--get-regexp"], operands: 1, firstOperands: ["get", "list"]),
            "git's settings are not the agent's to change"),
        git(
            ["remote"],
            harmless: Harmless(options: ["-v", "--verbose", "--all", "--push"], firstOperands: ["show", "get-url"]),
            "the engine keeps the remotes"),
        git(
            ["reflog"], harmless: Harmless(options: ["--all", "-n", "--oneline", "--date"], firstOperands: ["show"]),
            "the reflog is what lost work is found by"),
        git(["notes"], harmless: Harmless(firstOperands: ["list", "show"]), "the engine keeps the notes"),
        git(
            ["submodule"],
            harmless: Harmless(options: ["--recursive", "--cached"], firstOperands: ["status", "summary"]),
            "the engine keeps the submodules"),
    ]

    private static let publishing: [BuiltInCommandRule] = [
        deny(
            ["npm", "pnpm", "yarn", "bun"],
            subcommands: ["publish", "unpublish", "login", "adduser", "owner", "token", "access"],
            "agents publish nothing"),
        deny(["cargo"], subcommands: ["publish", "yank", "login", "owner"], "agents publish nothing"),
        deny(["gem"], subcommands: ["push", "yank", "owner", "signin"], "agents publish nothing"),
        deny(["twine"], subcommands: ["upload", "register"], "agents publish nothing"),
        deny(["poetry", "uv", "hatch", "flit"], subcommands: ["publish"], "agents publish nothing"),
        deny(
            ["docker", "podman", "buildah", "skopeo"], subcommands: ["push", "login", "copy"], "agents publish nothing"),
        ask(["docker", "podman", "nerdctl", "buildah"], "a container engine reaches beyond the sandbox"),
        ask(["gh", "glab", "hub", "tea"], "it acts on the code host in the user's name"),
        ask(
            [
                "kubectl", "helm", "terraform", "tofu", "pulumi", "ansible", "ansible-playbook", "aws", "gcloud", "az",
                "doctl", "heroku",
                "flyctl", "fly", "vercel", "netlify", "wrangler", "firebase", "serverless", "sls",
            ], "it acts on systems outside of the machine"),
    ]

    private static let outside: [BuiltInCommandRule] = [
        ask(
            ["ssh", "scp", "sftp", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "tftp", "rclone", "mosh"],
            "it talks to another machine"),
        BuiltInCommandRule(
            programs: ["rsync"], operands: ["*:*"], verdict: .ask, reason: "it talks to another machine"),
        BuiltInCommandRule(
            programs: ["curl", "wget"],
            options: [
                [
                    "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "-F", "--form", "-T",
                    "--upload-file", "--json",
                    "--post-data", "--post-file", "--body-data", "--body-file",
                ]
            ], verdict: .ask, reason: "it sends data to another machine"),
        BuiltInCommandRule(
            programs: ["gpg", "gpg2"], options: [["--export-secret-keys", "--export-secret-subkeys"]], verdict: .deny,
            reason: "it gives away private keys"),
        deny(
            ["security", "secret-tool", "pass", "op", "vault", "kwallet-query"], "it reads the user's stored secrets"),
        ask(["ssh-keygen", "ssh-add", "ssh-agent"], "it handles the user's keys"),
        deny(["mail", "sendmail", "mutt", "msmtp"], "agents send no mail"),
    ]
}
