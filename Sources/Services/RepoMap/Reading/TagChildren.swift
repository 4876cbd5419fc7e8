import Files
import SourceTags
import Subprocess
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Has sources parsed by children of this process, and goes on with a new one when one dies.
struct TagChildren: Sendable {
    let worker: TagReaderFactory.Worker
    /// So many children run at once.
    let rows: Int
    /// When so many children have died, what is left is not parsed at all: twenty deadly files are tried twice.
    var mostDeaths = 40

    /// What one child is given at most, in bytes of sources.
    private static let mostBytes = 32 << 20
    /// What one child may say at most, in bytes.
    private static let mostOutput = 256 << 20
    /// A child with fewer files than these costs more to start than it saves.
    private static let fewFiles = 8

    /// The fate of each job that got one; the others are to be read without parsing, this time.
    @concurrent
    func read(_ jobs: [TagJob]) async throws -> [TagQueue.Fate?] {
        var fates: [TagQueue.Fate?] = Array(repeating: nil, count: jobs.count)
        guard !jobs.isEmpty else { return fates }
        let deaths = Deaths()
        try await withThrowingTaskGroup(of: TagQueue.self) { group in
            for files in Self.rows(jobs, count: rows) {
                group.addTask { try await self.work(through: TagQueue(files), of: jobs, deaths) }
            }
            for try await queue in group {
                for (file, fate) in queue.fates { fates[file] = fate }
            }
        }
        return fates
    }

    /// Files by rows of about the same work, the largest first, as they would hold up the end.
    static func rows(_ jobs: [TagJob], count: Int) -> [[Int]] {
        let count = jobs.count < fewFiles ? 1 : max(1, min(count, jobs.count))
        var rows: [[Int]] = Array(repeating: [], count: count)
        var work = Array(repeating: 0, count: count)
        let order = jobs.indices.sorted { (jobs[$1].source.count, $0) < (jobs[$0].source.count, $1) }
        for file in order {
            let row = work.indices.min { (work[$0], $0) < (work[$1], $1) } ?? 0
            rows[row].append(file)
            work[row] += jobs[file].source.count + 500
        }
        return rows
    }

    private func work(through queue: TagQueue, of jobs: [TagJob], _ deaths: Deaths) async throws -> TagQueue {
        var queue = queue
        while !queue.left.isEmpty, deaths.count < mostDeaths {
            var bytes = 0
            let files = queue.left.prefix { file in
                defer { bytes += jobs[file].source.count }
                return bytes < Self.mostBytes
            }
            let result: ProcessResult
            do throws(SubprocessError) {
                result = try await command(files.map { jobs[$0] }).run()
            } catch {
                if error.code == .cancelled { throw CancellationError() }
                // What cannot be started now may be next time; until then the files are scanned.
                return queue
            }
            if result.ended == .cancelled { throw CancellationError() }
            guard TagFrame.saysGreeting(result.stdout.bytes) else {
                // It is no reader of tags, or cannot even begin.
                return queue
            }
            let answers = TagFrame.read(result.stdout.bytes, most: files.count)
            if answers.count < files.count, result.ended != .outputLimit { deaths.add() }
            queue.childEnded(answers, given: files.count, how: Self.ending(result))
        }
        return queue
    }

    private func command(_ jobs: [TagJob]) -> Command {
        Command(
            worker.program.string, worker.arguments, environment: worker.environment,
            input: .bytes(TagJob.input(jobs)),
            // The child's own timers are for one file; this one is for a child that has been stopped.
            limits: .init(
                time: .seconds(120 + jobs.count), output: Self.mostOutput, grace: .zero,
                outputPolicy: .stop))
    }

    /// SIGKILL and SIGTERM come from outside, from a system without memory among others, and say nothing of a source.
    private static func ending(_ result: ProcessResult) -> TagQueue.Ending {
        switch (result.ended, result.status) {
        case (.timedOut, _): .hung
        case (.outputLimit, _): .normally
        case (_, .signaled(let number)):
            if [SIGALRM, SIGPROF].contains(number) {
                .hung
            } else {
                [SIGKILL, SIGTERM, SIGINT, SIGHUP].contains(number) ? .killed : .crashed
            }
        case (_, .exited): .crashed
        }
    }

    private final class Deaths: Sendable {
        private let number = Atomic<Int>(0)

        var count: Int { number.load(ordering: .relaxed) }
        func add() { number.add(1, ordering: .relaxed) }
    }
}
