import Subprocess

/// The git program and what it may see of this process's environment.
package struct GitProgram: Sendable, Hashable {
    /// The whole environment of every git command, but for what single commands add.
    let environment: [String: String]

    /// Keeps of `environment` only what finds git and the user's git configuration; no `GIT_…` variable gets through.
    package init(environment: [String: String] = Command.inheritedEnvironment()) {
        let kept = ["PATH", "HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "TMPDIR"]
        var result = environment.filter { kept.contains($0.key) }
        result["LC_ALL"] = "C"
        result["GIT_TERMINAL_PROMPT"] = "0"
        result["GIT_EDITOR"] = ":"
        result["GIT_PAGER"] = "cat"
        self.environment = result
    }

    /// Options before every subcommand: what a repository configures may not start programs or change what is printed.
    ///
    /// External diff programs are switched off where diffs are made; an empty `diff.external` would be run as a program.
    static let hardening: [String] = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.pager=cat", "core.safecrlf=false",
        "core.splitIndex=false", "core.sparseCheckout=false", "core.quotePath=false", "color.ui=false",
        "commit.gpgSign=false", "log.showSignature=false", "merge.autoStash=false", "protocol.ext.allow=never",
        "submodule.recurse=false", "gc.auto=0", "maintenance.auto=false", "advice.addEmbeddedRepo=false",
    ].flatMap { ["-c", $0] }
}
