import ServerHarness
import Testing

@testable import HTTPServer

/// The buffers between handlers and connections, and the clocks of the latter.
struct PipeTests {
    private static let kilobyte = [UInt8](repeating: 1, count: 1024)

    @Test func `A writer waits above 64 KB until there is room again`() async throws {
        let written = Record()
        let pipe = OutPipe {}
        try await withThrowingTaskGroup(of: Void.self) { group async throws in
            group.addTask {
                for _ in 0..<200 {
                    try await pipe.write(Self.kilobyte)
                    written.add("piece")
                }
                pipe.finish()
            }
            while written.entries.count < 64 { await Task.yield() }
            for _ in 0..<1000 { await Task.yield() }
            // The 65th is handed over, and its writer waits.
            #expect(written.entries.count == 64)
            var pulled = 0
            pulling: while true {
                switch pipe.pull(upTo: 8 * 1024) {
                case .bytes(let bytes):
                    #expect(bytes.count <= 8 * 1024)
                    pulled += bytes.count
                case .empty: await Task.yield()
                case .finished, .failed: break pulling
                }
            }
            #expect(pulled == 200 * 1024)
            try await group.waitForAll()
        }
    }

    @Test func `A waiting writer learns that the client is gone, or that it is cancelled itself`() async throws {
        let pipe = OutPipe {}
        let full = [UInt8](repeating: 1, count: 100_000)
        await withTaskGroup(of: String.self) { group in
            group.addTask {
                do { try await pipe.write(full) } catch { return "\(type(of: error))" }
                return "written"
            }
            group.addTask {
                // Its owner is this group's task, which cancels it.
                let writer = Task { try await pipe.write(full) }
                writer.cancel()
                do { try await writer.value } catch { return "\(type(of: error))" }
                return "written"
            }
            #expect(await group.next() == "CancellationError")
            pipe.close()
            #expect(await group.next() == "Disconnected")
        }
        await #expect(throws: Disconnected.self) { try await pipe.write([1]) }
    }

    @Test func `A body asks its sender to wait above 256 KB, and to go on below 128`() async throws {
        let signals = Record()
        let pipe = BodyPipe { signals.add("\($0)") }
        var pushed = 0
        while !pipe.push(Self.kilobyte) { pushed += 1 }
        #expect(pushed == 256)
        for taken in 1...257 {
            #expect(try await pipe.next()?.count == 1024)
            let resumes = signals.entries.contains("resume")
            #expect(resumes == (taken >= 129))
        }
        pipe.finish()
        #expect(try await pipe.next() == nil)
        #expect(signals.entries == ["wanted", "resume"])
    }

    @Test func `A sender that was asked to wait is told to go on, whatever it had still to push`() async throws {
        let signals = Record()
        let pipe = BodyPipe { signals.add("\($0)") }
        let pushed = [100_000, 100_000, 70_000].map { pipe.push([UInt8](repeating: 1, count: $0)) }
        #expect(pushed == [false, false, true])
        _ = try await pipe.next()
        // What came with it is pushed behind the request to wait, when there is some room already.
        #expect(pipe.push([1]))
        #expect(signals.entries == ["wanted"])
        _ = try await pipe.next()
        #expect(signals.entries == ["wanted", "resume"])
    }

    @Test func `What came before a body failed is still read`() async throws {
        let pipe = BodyPipe { _ in }
        _ = pipe.push([1])
        pipe.fail(Refusal.badRequest("Broken."))
        #expect(try await pipe.next() == [1])
        await #expect(throws: Refusal.badRequest("Broken.")) { try await pipe.next() }
    }

    @Test func `Deadlines are kept by what moves, not by that something moves`() {
        var deadlines = Deadlines(progress: 100)
        #expect(deadlines.next == nil && deadlines.expired(now: 1_000_000) == nil)
        deadlines.wait(for: .body, 50, now: 0)
        deadlines.received(100)
        #expect(deadlines.expired(now: 49) == nil)
        #expect(deadlines.expired(now: 50) == nil, "enough came, so there is another window")
        #expect(deadlines.next == 100)
        deadlines.received(99)
        #expect(deadlines.expired(now: 100) == .reading(.body))
        deadlines.wait(for: .head, 50, now: 0)
        deadlines.received(5000)
        #expect(deadlines.expired(now: 50) == .reading(.head), "a head has one time, whatever comes")
        deadlines.stopWaiting()
        deadlines.writeBlocked(30, now: 0)
        deadlines.writeBlocked(30, now: 20)
        deadlines.wrote(100)
        #expect(deadlines.expired(now: 30) == nil && deadlines.next == 60)
        #expect(deadlines.expired(now: 60) == .writing)
        deadlines.writeFinished()
        #expect(deadlines.next == nil)
    }

    @Test func `Output is sent in its order, small pieces together`() {
        var queue = OutputQueue()
        for _ in 0..<3 { queue.append([1, 2, 3]) }
        queue.append([UInt8](repeating: 9, count: 20_000))
        queue.append([4])
        var sent: [UInt8] = []
        var pieces = 0
        while !queue.isEmpty {
            let part = queue.withFirst { bytes, _ in Array(bytes.prefix(7)) }
            queue.drop(part.count)
            sent += part
            pieces += 1
        }
        #expect(sent == [1, 2, 3, 1, 2, 3, 1, 2, 3] + [UInt8](repeating: 9, count: 20_000) + [4])
        #expect(queue.size == 0)
    }
}
