import Examples
import Files
import JSON
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is special about the user's repository in an experiment, as the shell commands that make it so.
enum RepositoryVariant: String, Sendable, CaseIterable {
    case clean, dirty, conflict, rebase, submodule, pointers, hooks, hostile, carriageReturns, oddNames

    /// Run in the project after its first commit.
    var preparation: String {
        switch self {
        case .clean: ""
        case .dirty:
            """
            echo staged > staged.txt; git add staged.txt; echo "# not staged" >> README.md; echo new > untracked.txt
            echo '*.local' > .git/info/exclude; echo ignored > notes.local; echo kept >> todo.py; git stash -q
            echo staged > staged.txt; git add staged.txt; echo "# not staged" >> README.md
            """
        case .conflict:
            """
            git checkout -q -b other; echo theirs > clash.txt; git add clash.txt; git commit -qm theirs
            git checkout -q main; echo ours > clash.txt; git add clash.txt; git commit -qm ours
            ! git merge -q other
            """
        case .rebase:
            """
            git checkout -q -b other; echo theirs > clash.txt; git add clash.txt; git commit -qm theirs
            git checkout -q main; echo ours > clash.txt; git add clash.txt; git commit -qm ours
            ! git rebase -q other
            """
        case .submodule:
            """
            git init -q ../inner; git -C ../inner commit -q --allow-empty -m inner
            git -c protocol.file.allow=always submodule --quiet add "$PWD/../inner" inner; git commit -qm submodule
            """
        case .pointers:
            """
            echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes
            printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 12345\\n' 7 > big.bin
            git add -A; git commit -qm pointers
            git config filter.lfs.process 'git-lfs-that-is-not-here filter-process'
            git config filter.lfs.clean 'git-lfs-that-is-not-here clean -- %f'
            git config filter.lfs.smudge 'git-lfs-that-is-not-here smudge -- %f'
            git config filter.lfs.required true
            """
        case .hooks:
            """
            for hook in pre-commit commit-msg post-checkout reference-transaction post-index-change; do
              printf '#!/bin/sh\\necho "%s" >> "%s/hook-ran"\\nexit 1\\n' $hook "$PWD" > .git/hooks/$hook
              chmod +x .git/hooks/$hook
            done
            """
        case .hostile:
            """
            printf '#!/bin/sh\\necho x >> "%s/hook-ran"\\nexit 1\\n' "$PWD" > ../trap; chmod +x ../trap
            mkdir ../traps; cp ../trap ../traps/post-checkout; cp ../trap ../traps/reference-transaction
            git config core.hooksPath "$PWD/../traps"; git config core.fsmonitor "$PWD/../trap"
            git config commit.gpgSign true; git config gpg.program "$PWD/../trap"; git config core.pager "$PWD/../trap"
            git config diff.external "$PWD/../trap"; git config core.sshCommand "$PWD/../trap"
            git config core.editor "$PWD/../trap"; git config core.splitIndex true
            """
        case .carriageReturns: "git config core.autocrlf true; git config core.safecrlf true"
        case .oddNames:
            """
            printf 'x\\n' > "$(printf 'line\\nbreak.txt')"; printf 'y\\n' > "$(printf 'latin-\\351.txt')"
            printf 'z\\n' > ' leading and trailing '; git add -A; git commit -qm names
            printf 'untracked\\n' > "$(printf 'other-\\377.txt')"
            """
        }
    }
}

extension Stage {
    /// Runs shell commands in the project, with the test's identity.
    @discardableResult
    func shell(_ script: String, in folder: FilePath? = nil) async throws -> String {
        var variables = Subprocess.Command.inheritedEnvironment().filter { !$0.key.hasPrefix("GIT_") }
        for who in ["AUTHOR", "COMMITTER"] {
            variables["GIT_\(who)_NAME"] = "Test"
            variables["GIT_\(who)_EMAIL"] = "test@localhost"
        }
        variables["VENCEJO_HOME"] = home.string
        let result = try await Subprocess.Command(
            "/bin/sh", ["-ec", script], environment: variables, directory: folder ?? project,
            limits: .init(time: .seconds(240), output: 64 << 20)
        ).run()
        guard result.succeeded else { throw StageError(message: "\(script): \(result.stderr.text)") }
        return result.stdout.text
    }

    /// Everything of the user's repository that a run must leave alone, as text to compare.
    func fingerprint() async throws -> String {
        try await shell(
            """
            git for-each-ref --format='%(refname) %(objectname)' | grep -v -e refs/heads/vencejo/ -e refs/vencejo/ || :
            git stash list
            sha256sum .git/index .git/config .git/HEAD; cat .git/info/exclude
            ls .git/MERGE_HEAD .git/rebase-merge .git/hooks 2>&1 || :
            find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
            find .git/hooks -type f -print0 | sort -z | xargs -0 sha256sum
            """)
    }

    /// Every line of the text files below a folder, git's own left out.
    func lines(below folder: FilePath) throws -> Set<String> {
        guard FileSystem.isDirectory(folder) else { return [] }
        var lines: Set<String> = []
        for entry in try FileSystem.list(folder) where entry.name != ".git" && entry.name != "__pycache__" {
            switch entry.kind {
            case .directory: lines.formUnion(try self.lines(below: folder / entry.name))
            case .regular:
                // A half-written temporary file of ours, a name that is not UTF-8, a binary: no lines of anybody's.
                guard !entry.name.hasSuffix(".tmp"), let text = try? FileSystem.readText(folder / entry.name) else {
                    continue
                }
                lines.formUnion(text.split(whereSeparator: \.isNewline).map(String.init))
            default: break
            }
        }
        return lines
    }

    /// What is left of a process that was run with a fault, and whether that fault ended it.
    func vencejoWithFault(_ fault: String, _ arguments: [String]) async throws -> (wasKilled: Bool, errors: String) {
        let result = try await command(arguments, changes: ["VENCEJO_FAULT": fault]).run()
        return (result.status == .signaled(SIGKILL), result.stderr.text)
    }

    /// Ends the process together with the git of that number, some moments after git has begun.
    func vencejoWithPowerCut(inGit number: Int, _ arguments: [String]) async throws -> (wasKilled: Bool, errors: String)
    {
        let bin = folder / "bin"
        try FileSystem.createDirectory(bin)
        let path = Subprocess.Command.inheritedEnvironment()["PATH"] ?? "/usr/bin:/bin"
        guard let git = FileSystem.which("git", searchPath: path) else { throw StageError(message: "there is no git") }
        try FileSystem.write("0\n", to: bin / "count")
        try FileSystem.write(
            """
            #!/bin/sh
            read -r count < "\(bin)/count"; count=$((count + 1)); echo $count > "\(bin)/count"
            [ $count = \(number) ] || exec "\(git)" "$@"
            "\(git)" "$@" <&0 &
            sleep 0.00\(number % 6); kill -9 $PPID; kill -9 0

            """, to: bin / "git", newMode: 0o755)
        let result = try await command(arguments, changes: ["PATH": "\(bin):\(path)"]).run()
        return (result.status == .signaled(SIGKILL), result.stderr.text)
    }

    /// The status of the only run, or nil where none was recorded.
    func status() async throws -> String? {
        guard FileSystem.exists(home / "vencejo.db") else { return nil }
        let runs = try await vencejo("runs", "list", "--json").json
        return runs.arrayValue?.first?["status"]?.stringValue
    }

    /// The worktree of the only run, if it was made.
    func worktree() throws -> FilePath? {
        guard FileSystem.isDirectory(home / "worktrees") else { return nil }
        return try FileSystem.list(home / "worktrees").first.map { home / "worktrees" / $0.name }
    }

    /// Every line that can be had again: carries out each command that `doctor` prints, and reads what it wrote.
    func restorableLines() async throws -> Set<String> {
        var lines: Set<String> = []
        if let worktree = try worktree() { lines.formUnion(try self.lines(below: worktree)) }
        let found = try await vencejo("doctor", "--json").json.arrayValue ?? []
        for finding in found where finding["check"] == "snapshots" {
            guard let fix = finding["fix"]?.stringValue, fix.hasPrefix("vencejo runs restore ") else { continue }
            let words = fix.split(separator: " ").map(String.init)
            let written = try await command(Array(words.dropFirst())).run()
            guard written.succeeded, let name = words.last else {
                throw StageError(message: "\(fix): \(written.stderr.text)")
            }
            lines.formUnion(try self.lines(below: project / name))
            try FileSystem.removeTree(project / name)
        }
        let branch = try await branch()
        if !branch.isEmpty {
            let place = folder / "branch-\(UInt32.random(in: 0 ... .max))"
            try FileSystem.createDirectory(place)
            try await shell(
                "git -c filter.lfs.process= -c filter.lfs.smudge= -c filter.lfs.required=false archive '\(branch)' | tar -x -C '\(place)'"
            )
            lines.formUnion(try self.lines(below: place))
        }
        return lines
    }
}
