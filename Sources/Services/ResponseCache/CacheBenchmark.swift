import Conversation
package import Files
import Money

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Measures look-ups in a cache with many answers, for `vencejo bench cache`.
package struct CacheBenchmark: Sendable {
    package struct Figure: Sendable, Hashable {
        package var name: String
        package var value: Double
        package var unit: String
    }

    private static let scope = CacheScope(project: "bench", key: "bench")
    private static let dimensions = 384
    private let folder: FilePath
    private let entries: Int

    /// - Parameter folder: where the cache's file is made.
    package init(folder: FilePath, entries: Int = 100_000) {
        self.folder = folder
        self.entries = entries
    }

    package func figures() async throws -> [Figure] {
        let file = folder / "bench-cache.db"
        var policy = CachePolicy()
        policy.isSemantic = true
        policy.memory = 1 << 20
        let clock = ContinuousClock()
        let filled = try await ResponseCache.open(at: file, policy: policy, embedder: Self.embedder)
        let filling = try await clock.measure {
            for number in 0..<entries {
                try await keep(number, in: filled)
                if number % 2000 == 1999 { await filled.flush() }
            }
            await filled.flush()
        }
        await filled.close()

        var cache = try await ResponseCache.open(at: file, policy: policy, embedder: Self.embedder)
        let before = Self.processor()
        await cache.refresh()
        let listing = Self.processor() - before
        var figures = [
            Figure(
                name: "answers kept, with vectors", value: Double(entries) / Self.seconds(filling), unit: "answers/s"),
            Figure(name: "list of all answers read, processor time", value: listing * 1000, unit: "ms"),
        ]
        // The first of a context reads its vectors.
        figures.append(try await one("first similar question of a context", "x", cache))
        figures += try await many("similar question, hit", 300, cache) { "q\($0 * 31 % entries) again" }
        figures += try await many("similar question, miss", 300, cache) { "z\($0)" }
        await cache.close()

        policy.isSemantic = false
        cache = try await ResponseCache.open(at: file, policy: policy)
        await cache.refresh()
        figures += try await many("equal question, from the file", 3000, cache) { "q\($0 * 7919 % entries)" }
        figures += try await many("equal question, from memory", 3000, cache) { _ in "q5" }
        figures += try await many("question without an answer", 3000, cache) { "n\($0)" }
        let long = String(repeating: "word and ", count: 45_000)
        figures += try await many("question of 400 kB without an answer", 50, cache) { "\(long)\($0)" }
        await cache.close()
        return figures
    }

    private func question(_ text: String) -> CacheQuestion {
        let request = ModelRequest(
            model: "model", system: "You are a help.", messages: [.user(text)], maxOutputTokens: 1000, temperature: 0,
            purpose: .init(agent: "a", step: "s", turn: 1))
        return CacheQuestion(request, target: "bench/model", scope: Self.scope)
    }

    private func keep(_ number: Int, in cache: ResponseCache) async throws {
        var question = question("q\(number)")
        question.wish = .fresh
        guard case .miss(let ticket) = try await cache.look(up: question) else { return }
        let text = "Answer \(number). " + String(repeating: "Some words of an answer. ", count: 40)
        ticket.keep(
            ModelReply(
                id: "id", model: "model", content: [.text(text)], stopReason: .endOfTurn,
                usage: Usage(input: 100, output: 250)), cost: USD(micros: 1000))
    }

    private func one(_ name: String, _ text: String, _ cache: ResponseCache) async throws -> Figure {
        let before = Self.processor()
        _ = try await cache.look(up: question(text))
        return Figure(
            name: "\(name), processor time", value: (Self.processor() - before) * 1000, unit: "ms")
    }

    private func many(
        _ name: String, _ count: Int, _ cache: ResponseCache, _ text: (Int) -> String
    ) async throws -> [Figure] {
        var times: [Double] = []
        let cpu = Self.processor()
        for index in 0..<count {
            let question = question(text(index))
            let took = try await ContinuousClock().measure { _ = try await cache.look(up: question) }
            times.append(Self.seconds(took) * 1000)
        }
        let used = (Self.processor() - cpu) / Double(count)
        times.sort()
        return [
            Figure(name: "\(name), p50", value: times[count / 2], unit: "ms"),
            Figure(name: "\(name), p99", value: times[count * 99 / 100], unit: "ms"),
            Figure(name: "\(name), processor time on average", value: used * 1000, unit: "ms"),
        ]
    }

    /// Seconds of the processor's that the process has used.
    private static func processor() -> Double {
        var time = timespec()
        // Cannot fail with this clock and a valid pointer.
        _ = clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// Directions that follow from the first word alone, spread as those of unrelated texts are.
    private static let embedder = TextEmbedder(name: "bench") { text in
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: " ") }) {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return (0..<dimensions).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(state >> 33)) / Float(1 << 30) - 1
        }
    }
}
