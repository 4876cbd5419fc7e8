import DetachedThreads
import Files
import JSON
import Subprocess

/// Sees to it that all processes of a sandbox have ended, those that left its sessions, too.
///
/// bubblewrap returns when its command does, and the kernel ends the rest of the namespace a moment later. So
/// bubblewrap is asked for the first process of its namespace, which ends after all others.
final class NamespaceWatch: Sendable {
    private let pipe: ReportPipe
    private static let most: Int32 = 10_000

    init() throws { pipe = try ReportPipe() }

    /// The command, which tells here what it starts; it has to be one of a sandbox that was asked for it.
    func watching(_ command: Command) -> Command {
        var result = command
        result.report = pipe.writer
        return result
    }

    /// Ends what is left and waits for it; call it once, after bubblewrap itself has ended.
    ///
    /// Throws `sandboxBroken` where something does not end within ten seconds.
    func endAll() async throws {
        guard let (process, namespace) = firstProcess() else { return }
        let hasEnded = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
            let body: @Sendable () -> Void = {
                continuation.resume(returning: Self.end(process, namespace, within: Self.most))
            }
            // Where there are no more threads, looking once is what can be done here.
            if DetachedThread.start(body) != 0 {
                continuation.resume(returning: Self.end(process, namespace, within: 0))
            }
        }
        guard hasEnded else {
            throw WorkbenchError(
                .sandboxBroken,
                "Processes of the command do not end, although they were killed: look at process \(process) and those below it."
            )
        }
    }

    private static func end(_ process: Int32, _ namespace: String, within milliseconds: Int32) -> Bool {
        guard let handle = ProcessHandle(process) else { return true }
        // A process that has ended has no namespace to read, and another one with its number has another.
        guard (try? FileSystem.readSymlink(FilePath("/proc/\(process)/ns/pid"))) == "pid:[\(namespace)]" else {
            return true
        }
        handle.kill()
        return handle.ends(within: milliseconds)
    }

    /// What bubblewrap told before it started anything; nil where it did not come that far.
    private func firstProcess() -> (process: Int32, namespace: String)? {
        // Half a message was cut off with bubblewrap, which starts nothing before it is whole.
        guard let told = try? JSONValue(parsing: String(decoding: pipe.read(), as: UTF8.self)),
            case .integer(let process)? = told["child-pid"], case .integer(let namespace)? = told["pid-namespace"]
        else { return nil }
        return (Int32(clamping: process), "\(namespace)")
    }
}
