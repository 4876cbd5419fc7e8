package import Files
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where control groups (version 2) for commands can be made on this machine.
package struct ControlGroups: Sendable, Hashable {
    package enum Result: Sendable, Hashable {
        case works(ControlGroups)
        /// A reason for people; limits of the process are used instead.
        case unavailable(reason: String)
    }

    /// The folder in which groups are made.
    let parent: FilePath
    let controllers: Set<String>
    private let process: Int32
    /// Names need only differ within this process.
    private static let counter = Atomic(0)

    init(parent: FilePath, controllers: Set<String>, process: Int32) {
        self.parent = parent
        self.controllers = controllers
        self.process = process
    }

    /// Looks whether this process has been given a part of the groups' tree, and removes what crashed engines left.
    package static func probe(
        root: FilePath = "/sys/fs/cgroup", membership: FilePath = "/proc/self/cgroup", process: Int32 = getpid()
    ) -> Result {
        guard FileSystem.exists(root / "cgroup.controllers") else {
            return .unavailable(reason: "control groups of version 2 are not mounted at \(root)")
        }
        // Without the file there is no version 2 to speak of.
        let lines = (try? FileSystem.readText(membership))?.split(separator: "\n") ?? []
        guard let own = lines.first(where: { $0.hasPrefix("0::/") })?.dropFirst(3) else {
            return .unavailable(reason: "this process is in no control group of version 2")
        }
        let group = own == "/" ? root : root / String(own.dropFirst())
        for place in [group, group.parent] where place.isInside(root) && isWritable(place) {
            if place == group { takeLeaf(group, process) }
            let offered = words(place / "cgroup.subtree_control")
            guard offered.isSuperset(of: ["memory", "pids"]) else { continue }
            let groups = ControlGroups(parent: place, controllers: offered, process: process)
            groups.sweep { kill($0, 0) == 0 || errno == EPERM }
            return .works(groups)
        }
        return .unavailable(reason: "no control group with memory and pids is delegated to this process (\(own))")
    }

    /// Groups with limits below them hold no processes: the engine, if it is alone in its group, moves into a leaf.
    private static func takeLeaf(_ group: FilePath, _ process: Int32) {
        guard !words(group / "cgroup.subtree_control").isSuperset(of: ["memory", "pids"]),
            words(group / "cgroup.controllers").isSuperset(of: ["memory", "pids"]),
            words(group / "cgroup.procs") == ["\(process)"]
        else { return }
        do throws(FileError) {
            let leaf = group / "vencejo-engine"
            try FileSystem.createDirectory(leaf)
            try ControlGroup.set(leaf / "cgroup.procs", "\(process)")
            try ControlGroup.set(group / "cgroup.subtree_control", "+memory +pids")
            if words(group / "cgroup.controllers").contains("cpu") {
                try ControlGroup.set(group / "cgroup.subtree_control", "+cpu")
            }
        } catch {
            // Then the tree is not really ours, and the next look at it says so.
        }
    }

    private static func isWritable(_ folder: FilePath) -> Bool {
        access(folder.string, W_OK) == 0 && access((folder / "cgroup.procs").string, W_OK) == 0
    }

    private static func words(_ file: FilePath) -> Set<String> {
        // A file that cannot be read offers nothing.
        Set(((try? FileSystem.readText(file)) ?? "").split(whereSeparator: \.isWhitespace).map(String.init))
    }

    /// Makes a group with the policy's limits.
    func make(_ limits: SandboxPolicy.Limits) throws(FileError) -> ControlGroup {
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        let group = ControlGroup(path: parent / "vencejo-\(process)-\(number)")
        try FileSystem.createDirectory(group.path)
        do throws(FileError) {
            if let bytes = limits.memoryBytes {
                try group.set("memory.max", "\(bytes)")
                // Without swap accounting there is no such file.
                try? group.set("memory.swap.max", "0")
                // All of it ends, not only the largest process.
                try group.set("memory.oom.group", "1")
            }
            if let count = limits.processes { try group.set("pids.max", "\(count)") }
            if let cores = limits.cores, controllers.contains("cpu") {
                try group.set("cpu.max", "\(max(1000, Int(cores * 100_000))) 100000")
            }
        } catch {
            group.removeNow()
            throw error
        }
        return group
    }

    /// Ends and removes the groups of engines that are no more.
    func sweep(isAlive: (Int32) -> Bool) {
        // What cannot be listed cannot be swept.
        for entry in (try? FileSystem.list(parent)) ?? [] where entry.kind == .directory {
            let parts = entry.name.split(separator: "-")
            guard parts.count == 3, parts[0] == "vencejo", let owner = Int32(parts[1]), Int(parts[2]) != nil,
                owner != process, !isAlive(owner)
            else { continue }
            let group = ControlGroup(path: parent / entry.name)
            group.kill()
            group.removeNow()
        }
    }
}
