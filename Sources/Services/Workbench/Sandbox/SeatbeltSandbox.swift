#if os(macOS)
    package import Files
    package import Subprocess

    /// Confines commands with macOS's own `sandbox-exec`.
    ///
    /// It has been neither compiled nor run by its authors; only the text of its profile is tested. It has no namespaces: commands see other processes,
    /// caches are not given in place, and a file of git's with credentials cannot be read at all.
    package struct SeatbeltSandbox: Sandbox {
        private let program: FilePath = "/usr/bin/sandbox-exec"
        private let host: HostEnvironment

        /// Throws `sandboxMissing` where there is no `sandbox-exec`.
        package init(environment: [String: String] = Command.inheritedEnvironment()) throws {
            host = HostEnvironment(environment)
            guard FileSystem.isExecutable(program) else {
                throw WorkbenchError(
                    .sandboxMissing, "\(program) is not there: configure `sandbox: off` to run without a sandbox.")
            }
        }

        package var name: String { "sandbox-exec" }
        package var confines: Bool { true }
        package var proxyKind: SandboxProxyKind? { .loopbackPort }

        package func confine(_ command: ShellCommand, policy: SandboxPolicy) throws -> Command {
            var environment = try host.environment(for: policy)
            environment["TMPDIR"] = "/private/tmp"
            let view = try SandboxView(policy, host)
            var port: UInt16?
            if case .allowList = policy.network {
                guard case .port(let number) = command.proxy else {
                    throw WorkbenchError(
                        .invalidPolicy, "An allow-list of hosts needs the engine's proxy, which is not here.")
                }
                port = number
                environment.merge(HostEnvironment.proxyVariables(port: number)) { $1 }
            }
            let profile = SeatbeltProfile.text(view, network: policy.network, proxyPort: port)
            let wrapped = ShellPrologue(limits: policy.limits, shell: host.shell).arguments(for: command.line)
            var result = Command(program.string, ["-p", profile] + wrapped, environment: environment)
            result.directory = try command.directory.map { try FileSystem.realPath($0) } ?? view.workspace
            result.output = .merged
            result.limits.time = policy.limits.time
            return result
        }
    }
#endif
