import Files
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Something that has happened, or not, told across threads.
final class Flag: Sendable {
    private let value = Atomic(false)
    func raise() { value.store(true, ordering: .releasing) }
    var isRaised: Bool { value.load(ordering: .acquiring) }
}

extension SandboxEscapeTest {
    static func attempts(on ground: Ground) -> [Attempt] {
        files(ground) + processes(ground) + privileges(ground)
    }

    private static func files(_ ground: Ground) -> [Attempt] {
        let folder = ground.folder
        let outside = folder / "outside/new"
        let config = folder / "repository/.git/config"
        let hook = folder / "repository/.git/new-hook"
        let secret = ground.secret
        return [
            Attempt(
                name: "writing outside of the workspace",
                line: """
                    (echo x > \(quoted(outside)); ln -s \(quoted(folder / "outside")) way; echo x > way/new) 2>/dev/null
                    (echo x > /etc/vencejo-escape; echo x > /usr/vencejo-escape) 2>/dev/null; echo tried
                    """
            ) { _ in
                let found = [outside, "/etc/vencejo-escape", "/usr/vencejo-escape"].first { FileSystem.exists($0) }
                return found.map { "\($0) was written" }
            },
            Attempt(
                name: "writing to the repository's .git",
                line: """
                    (echo x >> \(quoted(config)); echo x > \(quoted(hook))) 2>/dev/null
                    (cd \(quoted(folder / "repository")) && mv .git away && mkdir .git) 2>/dev/null; echo tried
                    """
            ) { _ in
                // A file that cannot be read any more was changed.
                let isWhole = (try? FileSystem.readText(config)) == "[core]\n" && !FileSystem.exists(hook)
                return isWhole ? nil : "\(config.parent) was changed"
            },
            Attempt(
                name: "reading the home folder",
                line:
                    "cat \(quoted(folder / "home/key")) \"$HOME\"/.ssh/* 2>/dev/null; ls -A \"$HOME/.ssh\" 2>/dev/null | sed s/^/ssh:/; echo tried"
            ) { said in
                said.contains(secret) || said.contains("ssh:") || said.contains("PRIVATE KEY")
                    ? "it could be read" : nil
            },
            Attempt(
                name: "reading Vencejo's state",
                line: "cat \(quoted(folder / "state/journal")) 2>/dev/null; echo tried"
            ) { $0.contains(secret) ? "it could be read" : nil },
        ]
    }

    private static func processes(_ ground: Ground) -> [Attempt] {
        let victim = ground.victim
        let mark = ground.mark
        let contacts = ground.contacts
        return [
            Attempt(
                name: "seeing other processes",
                // The sandbox's own are few; a process of this machine's is known by its namespace.
                line:
                    "readlink /proc/self/ns/pid | sed s/^/one:/; ls -d /proc/[0-9]* | wc -l | sed 's/ *//;s/^/count:/'; echo tried"
            ) { said in
                // Where the system does not tell of namespaces nothing can be compared.
                let namespace = (try? FileSystem.readSymlink("/proc/self/ns/pid")) ?? "unknown"
                return said.contains(namespace) ? "it sees the processes of this machine" : nil
            },
            Attempt(
                name: "reaching the network",
                needs: "bash",
                line: "bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(ground.port) && echo reached' 2>/dev/null; echo tried"
            ) { said in said.contains("reached") || contacts.isRaised ? "a listener of this machine was reached" : nil
            },
            Attempt(
                name: "tracing a process outside",
                needs: "perl",
                line: """
                    perl -e 'my %n = ("x86_64" => 101, "aarch64" => 117); my $m = `uname -m`; chomp $m;
                    my $s = $n{$m} or exit; print "attached\\n" if syscall($s, 16, \(victim), 0, 0) == 0; print "tried\\n"' 2>/dev/null
                    """
            ) { $0.contains("attached") ? "process \(victim) was attached to" : nil },
            Attempt(
                name: "typing into the terminal",
                needs: "perl",
                line: """
                    perl -e 'my $c = "x"; for my $f ("/dev/tty", "/proc/self/fd/0", "/proc/self/fd/2") {
                    open(my $t, "+<", $f) or next; print "typed\\n" if defined ioctl($t, 0x5412, $c); }
                    print "tried\\n"' 2>/dev/null
                    """
            ) { $0.contains("typed") ? "a character was typed" : nil },
            Attempt(
                name: "leaving a process behind",
                line:
                    "(setsid sleep \(mark) >/dev/null 2>&1 </dev/null &) ; (nohup sleep \(mark) >/dev/null 2>&1 &); echo tried"
            ) { _ in !processes(called: "sleep\0\(mark)\0").isEmpty ? "a process outlived its command" : nil },
        ]
    }

    private static func privileges(_ ground: Ground) -> [Attempt] {
        let target = ground.folder / "outside"
        let secret = ground.secret
        return [
            Attempt(
                name: "mounting over the sandbox's walls",
                line: """
                    try() { mount -o remount,rw,bind \(quoted(target)) && echo x > \(quoted(target / "remounted"))
                    umount \(quoted(ground.folder / "state")) && cat \(quoted(ground.folder / "state/journal")); }
                    (try) 2>/dev/null; (unshare -Urm sh -c "$(command -V try >/dev/null; typeset -f try); try") 2>/dev/null
                    echo tried
                    """
            ) { said in
                said.contains(secret) || FileSystem.exists(target / "remounted") ? "a wall could be taken away" : nil
            },
            Attempt(
                name: "gaining privileges",
                line: """
                    (su -c 'echo gained' </dev/null; sudo -n sh -c 'echo gained') 2>/dev/null
                    grep -Eq '^CapEff:.*[1-9a-f]' /proc/self/status && echo gained
                    grep -q '^NoNewPrivs:.*1' /proc/self/status || echo gained; echo tried
                    """
            ) { $0.contains("gained") ? "commands have, or can get, privileges" : nil },
            Attempt(
                name: "making user namespaces",
                needs: "unshare",
                needsClosedNamespaces: true,
                line: "unshare -Ur sh -c 'echo made' 2>/dev/null; unshare -Um sh -c 'echo made' 2>/dev/null; echo tried"
            ) { $0.contains("made") ? "a namespace with privileges of its own was made" : nil },
        ]
    }

    /// The processes of this machine that were called by these words.
    static func processes(called words: String) -> [Int32] {
        // A process that ends while it is looked at does not run.
        let entries = (try? FileSystem.list("/proc")) ?? []
        return entries.compactMap { entry in
            let words = Array(words.utf8)
            guard let process = Int32(entry.name),
                (try? FileSystem.readBytes(FilePath("/proc") / entry.name / "cmdline", limit: 4096)) == words
            else { return nil }
            return process
        }
    }

    private static func quoted(_ path: FilePath) -> String {
        "'" + path.string.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
