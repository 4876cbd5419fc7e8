import Files
import Subprocess

/// Runs git in one place, hardened, and turns its failures into errors.
struct GitCommand: Sendable, Hashable {
    /// Which repository a command means.
    enum Place: Sendable, Hashable {
        /// The repository around a folder, found as git finds it.
        case around(FilePath)
        /// Exactly this repository, whatever a `.git` in the working tree says; with an index of its own where given.
        case exactly(gitDirectory: FilePath, workTree: FilePath, index: FilePath?)
    }

    var program: GitProgram
    var place: Place
    /// What else the command's environment holds, such as an author.
    var additions: [String: String] = [:]

    /// Configuration besides the hardening, as `key=value`.
    var settings: [String] = []

    /// Whether a command changes the repository, and so may wait for git's locks.
    enum Effect: Sendable { case reads, writes }

    /// Runs git; exit statuses other than `accepting` throw.
    func run(
        _ arguments: [String], _ effect: Effect = .reads, input: [UInt8]? = nil, accepting: Set<Int32> = [0],
        outputLimit: Int = 256 << 20, overflow: Command.OutputPolicy = .stop
    ) async throws -> GitOutput {
        var command = Command(
            "git", GitProgram.hardening + settings.flatMap { ["-c", $0] } + arguments, environment: program.environment)
        switch place {
        case .around(let directory):
            command.directory = directory
        case .exactly(let gitDirectory, let workTree, let index):
            command.directory = FileSystem.isDirectory(workTree) ? workTree : gitDirectory
            command.environment["GIT_DIR"] = gitDirectory.string
            command.environment["GIT_WORK_TREE"] = workTree.string
            if let index { command.environment["GIT_INDEX_FILE"] = index.string }
        }
        if effect == .reads { command.environment["GIT_OPTIONAL_LOCKS"] = "0" }
        command.environment.merge(additions) { $1 }
        command.input = input.map { .bytes($0) } ?? .none
        command.limits.output = outputLimit
        command.limits.outputPolicy = overflow
        command.limits.time = .seconds(600)
        return try await repeatingWhileLocked { try await attempt(command, arguments, accepting) }
    }

    /// Runs git and returns what it printed, without the newline at the end.
    func text(_ arguments: [String], _ effect: Effect = .reads, input: [UInt8]? = nil) async throws -> String {
        let text = try await run(arguments, effect, input: input).text
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Other runs and the user's own git hold locks for moments only.
    private func repeatingWhileLocked(
        _ attempt: () async throws -> GitOutput
    ) async throws -> GitOutput {
        var pause = Duration.milliseconds(20)
        for _ in 0..<8 {
            do {
                return try await attempt()
            } catch let error as WorkbenchError where error.code == .locked {
                try await Task.sleep(for: pause)
                pause *= 2
            }
        }
        return try await attempt()
    }

    private func attempt(
        _ command: Command, _ arguments: [String], _ accepting: Set<Int32>
    ) async throws -> GitOutput {
        let name = arguments.first { !$0.hasPrefix("-") } ?? "command"
        FaultPoint.pass("git.\(name).before")
        let result: ProcessResult
        do throws(SubprocessError) {
            result = try await command.run()
        } catch {
            switch error.code {
            case .notFound:
                throw WorkbenchError(.gitMissing, "git was not found on PATH: install it (apt-get install git).")
            case .cancelled: throw CancellationError()
            case .badDirectory:
                throw WorkbenchError(.notFound, "The folder \(command.directory?.string ?? ".") does not exist.")
            default: throw WorkbenchError(.git, "git \(name) could not be started: \(error.message)")
            }
        }
        FaultPoint.pass("git.\(name).after")
        switch result.ended {
        case .normally: break
        case .cancelled: throw CancellationError()
        case .timedOut:
            throw WorkbenchError(
                .git, "git \(name) did not end within ten minutes in \(whereabouts): is the disk in order?")
        case .outputLimit:
            throw WorkbenchError(.git, "git \(name) printed more than Vencejo holds in memory in \(whereabouts).")
        }
        let output = GitOutput(captured: result.stdout, errors: result.stderr.text, status: result.status)
        guard case .exited(let status) = result.status, accepting.contains(status) else {
            let error = GitFailure.error(of: name, in: whereabouts, output)
            // Not every part of git says why it could not write.
            guard [.git, .moved, .permission].contains(error.code), isDiskFull else { throw error }
            throw GitFailure.fullDisk(name, in: whereabouts)
        }
        return output
    }

    private var isDiskFull: Bool {
        let folders: [FilePath] =
            switch place {
            case .around(let directory): [directory]
            case .exactly(let gitDirectory, let workTree, _): [gitDirectory, workTree]
            }
        return folders.contains { folder in
            // A folder that is gone says nothing of its disk.
            guard let space = try? FileSystem.diskSpace(at: folder) else { return false }
            return space.available < 32 << 10
        }
    }

    private var whereabouts: String {
        switch place {
        case .around(let directory): directory.string
        case .exactly(_, let workTree, _): workTree.string
        }
    }
}

/// What a git command printed.
struct GitOutput: Sendable {
    var captured: Captured
    var errors: String
    var status: ExitStatus

    var text: String { captured.text }
    var succeeded: Bool { status.isSuccess }

    /// The fields of a `-z` output.
    var fields: [String] {
        captured.bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
