package import Files
import Subprocess

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program that runs inside a sandbox whose only way out is a socket: it gives commands a port to reach it by.
///
/// It is called as `PROGRAM sandbox-forward SOCKET PORT COMMAND…`, listens on 127.0.0.1 of the sandbox's own network,
/// runs the command, and ends with its exit status.
package enum SandboxForwarder {
    /// The hidden word on the command line that the program answers to.
    package static let verb = "sandbox-forward"
    static let port: UInt16 = 3128

    /// The program of this process, for engines whose program answers to ``verb``; nil where the system does not say.
    package static var thisProgram: FilePath? {
        // Only Linux has it, and only there it is needed.
        try? FileSystem.realPath("/proc/self/exe")
    }

    /// The exit status for the process: the command's, 128 and the signal's number, or 125 where it cannot start.
    package static func run(_ arguments: [String]) -> Int32 {
        guard arguments.count > 2, let port = UInt16(arguments[1]) else {
            return fail("\(verb) needs SOCKET PORT COMMAND…")
        }
        do {
            let (listener, _) = try Sockets.listen(onLoopback: port)
            guard forward(listener, to: FilePath(arguments[0])) != nil else {
                return fail("no threads are left")
            }
        } catch {
            return fail(error.message)
        }
        return runToItsEnd(Array(arguments.dropFirst(2)))
    }

    /// Carries each connection to the socket; the server's owner closes it.
    static func forward(_ listener: Int32, to socket: FilePath) -> SocketServer? {
        SocketServer(listener: listener) { connection in
            // Where the proxy has ended, so does the connection.
            guard let proxy = try? Sockets.connect(to: socket), connection.adopt(proxy) else { return }
            SocketRelay(connection.file, proxy).run()
        }
    }

    private static func runToItsEnd(_ command: [String]) -> Int32 {
        let environment = Command.inheritedEnvironment().map { "\($0)=\($1)" }
        var pid: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        let code = posix_spawn(&pid, command[0], nil, nil, &arguments, &variables)
        guard code == 0 else { return fail("\(command[0]) cannot be started (error \(code))") }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return fail("the command was lost") }
        }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func fail(_ reason: String) -> Int32 {
        let text = Array("vencejo sandbox: \(reason)\n".utf8)
        _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return 125
    }
}
