import CPlatform
import Files

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child that was just started, and this process's ends of its pipes.
struct SpawnedChild {
    let pid: pid_t
    let stdout: Int32
    /// Nil with merged output.
    let stderr: Int32?
}

/// Starts the command; on an error nothing is left open or running.
func spawn(_ command: Command) throws(SubprocessError) -> SpawnedChild {
    try validate(command)
    let path = try locate(command)
    // Everything opened here but the two reading ends is closed on the way out.
    var opened: [Int32] = []
    defer { for file in opened { close(file) } }

    func make(_ call: (UnsafeMutablePointer<Int32>) -> Int32) throws(SubprocessError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        guard call(&ends) != -1 else { throw startError(errno, command, path) }
        opened += ends.filter { $0 != -1 }
        return ends
    }

    let output = try make(vj_pipe_cloexec)
    let error = command.output == .merged ? output : try make(vj_pipe_cloexec)
    var input: Int32 = -1
    if case .bytes(let bytes) = command.input {
        input = try make { ends in
            ends[0] = vj_anonymous_file()
            return ends[0]
        }[0]
        try fill(input, bytes, command, path)
    }
    var pid: pid_t = 0
    let code = withCStrings([command.executable] + command.arguments) { arguments in
        withCStrings(command.environment.map { "\($0)=\($1)" }.sorted()) { environment in
            withOptionalCString(command.directory?.string) { directory in
                vj_spawn_closefrom(
                    &pid, path.string, arguments, environment, directory, input, output[1], error[1],
                    command.report ?? -1)
            }
        }
    }
    guard code == 0 else { throw startError(code, command, path) }
    let kept = command.output == .merged ? [output[0]] : [output[0], error[0]]
    for file in kept { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
    opened.removeAll(where: kept.contains)
    return SpawnedChild(pid: pid, stdout: output[0], stderr: kept.count == 2 ? kept[1] : nil)
}

private func validate(_ command: Command) throws(SubprocessError) {
    let name = command.executable
    guard !name.isEmpty else { throw SubprocessError(.invalidCommand, "The name of the program to run is empty.") }
    // C would end the text at the NUL and run something else.
    let texts = [name, command.directory?.string ?? ""] + command.arguments + command.environment.values
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
        throw SubprocessError(.invalidCommand, "Cannot start \(name): a text it is given contains a NUL byte.")
    }
    if let bad = command.environment.keys.first(where: { $0.isEmpty || $0.contains("=") || $0.utf8.contains(0) }) {
        throw SubprocessError(
            .invalidCommand, "Cannot start \(name): \"\(bad)\" is no name for an environment variable.")
    }
    if let directory = command.directory, !FileSystem.isDirectory(directory) {
        throw SubprocessError(.badDirectory, "Cannot start \(name): its directory \(directory) does not exist.")
    }
}

private func locate(_ command: Command) throws(SubprocessError) -> FilePath {
    let name = command.executable
    if name.contains("/") {
        let path = FilePath(name)
        let seen = command.directory.map { path.resolved(from: $0) } ?? path
        guard FileSystem.exists(seen) else {
            throw SubprocessError(.notFound, "\(name) does not exist; correct the path of the program.")
        }
        // The child changes its directory before it looks for a relative path.
        return path
    }
    let searchPath = command.environment["PATH"] ?? ""
    if let path = FileSystem.which(name, searchPath: searchPath) { return path }
    let shown = searchPath.isEmpty ? "which is empty" : searchPath
    let found = searchPath.split(separator: ":").map { FilePath(String($0)) / name }
    if let path = found.first(where: { FileSystem.exists($0) && !FileSystem.isDirectory($0) }) {
        throw SubprocessError(.notExecutable, "\(path) is not executable; make it so with chmod +x.")
    }
    throw SubprocessError(.notFound, "\(name) was not found on PATH (\(shown)); install \(name) or correct PATH.")
}

/// The error of a failed call on the way to a running child.
func startError(_ code: Int32, _ command: Command, _ path: FilePath) -> SubprocessError {
    let name = command.executable
    switch code {
    case ENOENT:
        return SubprocessError(.notFound, "Cannot start \(path): the interpreter it names does not exist; install it.")
    case EACCES, EPERM:
        return SubprocessError(.notExecutable, "Cannot start \(path): this user may not execute it.")
    case ENOEXEC:
        return SubprocessError(
            .notExecutable, "Cannot start \(path): it is no program for this machine; a script needs a #! line.")
    case E2BIG:
        let texts = command.arguments + command.environment.flatMap { [$0.key, $0.value] }
        let size = texts.reduce(0) { $0 + $1.utf8.count }
        return SubprocessError(
            .argumentsTooLong,
            "Cannot start \(name): its arguments and environment of \(size) bytes are too long; pass them in a file.")
    case EMFILE, ENFILE:
        return SubprocessError(
            .tooManyOpenFiles, "Cannot start \(name): too many files are open; raise the limit with ulimit -n.")
    case EAGAIN:
        return SubprocessError(
            .tooManyProcesses, "Cannot start \(name): too many processes are running; raise the limit with ulimit -u.")
    default:
        let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return SubprocessError(.other(code), "Cannot start \(name): \(reason).")
    }
}

private func fill(
    _ file: Int32, _ bytes: [UInt8], _ command: Command, _ path: FilePath
) throws(SubprocessError) {
    var offset = 0
    while offset < bytes.count {
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: offset), $0.count - offset) }
        if count > 0 {
            offset += count
        } else if errno != EINTR {
            throw startError(errno, command, path)
        }
    }
    guard lseek(file, 0, SEEK_SET) == 0 else { throw startError(errno, command, path) }
}

private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the list has at least its end") }
        return body(base)
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString(body)
}
