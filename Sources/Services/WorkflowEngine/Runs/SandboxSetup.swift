package import Files
package import Workbench

/// Puts the sandbox together that the settings ask for; there is no silent way around it.
package struct SandboxSetup: Sendable {
    private let confinement: RunSettings.Confinement
    private let home: FilePath

    /// - Parameter home: The folder of Vencejo's state, which no command sees.
    package init(_ confinement: RunSettings.Confinement, home: FilePath) {
        self.confinement = confinement
        self.home = home
    }

    /// What runs commands; throws `sandboxMissing` where they cannot be confined and must be.
    package func shell() async throws -> ShellRunner {
        guard confinement.sandbox == .required else { return ShellRunner(sandbox: NoSandbox()) }
        switch try await SandboxProbe.check() {
        case .works:
            var groups: ControlGroups?
            if case .works(let found) = ControlGroups.probe() { groups = found }
            return ShellRunner(
                sandbox: try BubblewrapSandbox(forwarder: SandboxForwarder.thisProgram), groups: groups)
        case .cannotRun(let reason, let fix):
            throw WorkbenchError(
                .sandboxMissing,
                "commands cannot be confined here: \(reason). To mend it: \(fix), or configure sandbox: off")
        }
    }

    /// What commands in a working tree of the repository may reach.
    ///
    /// - Parameter scratch: A folder below the state for what the sandbox shows in place of the repository's own files.
    package func policy(for root: FilePath, of repository: Repository, scratch: FilePath) async throws -> SandboxPolicy
    {
        var policy = SandboxPolicy(workspace: root)
        policy.readable = [repository.commonDirectory] + confinement.readable.map { FilePath($0) }
        policy.writable = confinement.writable.map { FilePath($0) }
        policy.hidden = [home]
        policy.protected = [repository.commonDirectory]
        policy.replaced = try repository.configurationWithoutCredentials(in: scratch)
        let replaced = Set(policy.replaced.map(\.file))
        policy.masked = repository.filesWithCredentials().filter { !replaced.contains($0) }
        policy.network = confinement.network
        policy.caches = try await SandboxCaches(state: home).prepare(
            confinement.caches, project: repository.commonDirectory)
        policy.limits = confinement.limits
        policy.environment = confinement.environment
        return policy
    }
}
