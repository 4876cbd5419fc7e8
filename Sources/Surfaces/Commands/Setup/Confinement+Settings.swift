package import Settings
import Workbench
package import WorkflowEngine

extension RunSettings.Confinement {
    /// How commands are confined by the words of a configuration.
    package init(_ words: Settings.Sandbox) {
        self.init(
            sandbox: words.isRequired ? .required : .off, network: Self.network(words), writable: words.writable,
            readable: words.readable, environment: words.environment, caches: words.caches,
            limits: Self.limits(words.limits))
    }

    private static func network(_ words: Settings.Sandbox) -> SandboxPolicy.Network {
        switch words.network {
        case .off: .off
        case .allowList: .allowList(words.allow)
        case .on: .on
        }
    }

    private static func limits(_ words: Settings.SandboxLimits) -> SandboxPolicy.Limits {
        // How long a command may take is said by the limits of commands and of checks, too; the shortest counts.
        var limits = SandboxPolicy.Limits(time: words.time ?? .seconds(366 * 86_400))
        if let processes = words.processes { limits.processes = processes }
        if let bytes = words.fileSize { limits.fileBytes = bytes }
        if let bytes = words.output { limits.logBytes = bytes }
        limits.memoryBytes = words.memory
        limits.cores = words.cpus
        return limits
    }
}
