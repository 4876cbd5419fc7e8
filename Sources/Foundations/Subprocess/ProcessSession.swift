import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The processes of one session: a child that was started as its leader, and its descendants that did not leave it.
struct ProcessSession {
    /// The process id of the leader, which is the id of its session and of its first process group.
    let leader: pid_t

    /// Sends a signal to the leader's group and to every other group of the session.
    ///
    /// Job control (`set -m`) puts background jobs into groups of their own; only the session still shows them.
    func signal(_ number: Int32) {
        _ = kill(-leader, number)
        // A stopped process acts on no other signal.
        if number != SIGKILL { _ = kill(-leader, SIGCONT) }
        for member in liveMembers() where getpgid(member) != leader {
            _ = kill(member, number)
        }
    }

    /// Waits for the leader, which has ended or is about to; nil when this process ignores SIGCHLD.
    func reapLeader() -> ExitStatus? {
        var status: Int32 = 0
        while waitpid(leader, &status, 0) == -1 {
            guard errno == EINTR else { return nil }
        }
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signaled(signal)
    }

    /// Whether the leader's group has members, dead ones that nobody reaped included; cheap.
    var groupExists: Bool {
        kill(-leader, 0) == 0 || errno == EPERM
    }

    /// The processes of the session that are not dead; reads all of `/proc`, which only Linux has.
    func liveMembers() -> [pid_t] {
        #if os(Linux)
            // Without a readable /proc only the group is known, and that is signalled without this list.
            guard let entries = try? FileSystem.list("/proc") else { return [] }
            return entries.compactMap { pid_t($0.name) }.filter(isLiveMember)
        #else
            return []
        #endif
    }

    private func isLiveMember(_ pid: pid_t) -> Bool {
        // Gone between the listing and the reading: not live.
        guard let bytes = try? FileSystem.readBytes(FilePath("/proc/\(pid)/stat"), limit: 4096) else { return false }
        // The name in parentheses may contain anything; behind it come state, parent, group, session.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return false }
        let fields = bytes[bytes.index(after: end)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 3, let state = fields[0].first else { return false }
        let isDead = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
        return !isDead && String(decoding: fields[3], as: UTF8.self) == String(leader)
    }
}
