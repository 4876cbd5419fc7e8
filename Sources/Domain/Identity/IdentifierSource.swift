import Synchronization
package import Timekeeping

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes ids that rise strictly: one after another within a millisecond, and also when the clock is set back.
///
/// Only ids of the same source are ordered so: a process has one and passes it on.
package final class IdentifierSource: Sendable {
    private struct State {
        var milliseconds: Int64 = -1
        var counter: UInt16 = 0
        var random: any RandomNumberGenerator & Sendable
    }

    private let state: Mutex<State>
    private let clock: WallClock

    private init(_ random: any RandomNumberGenerator & Sendable, clock: WallClock) {
        state = Mutex(State(random: random))
        self.clock = clock
    }

    /// The system's randomness.
    package static func system(clock: WallClock = .system) -> IdentifierSource {
        IdentifierSource(GatheredRandomness(), clock: clock)
    }

    /// The same ids for the same seed and the same times, for tests; without a clock the time is 2026-01-01.
    package static func seeded(_ seed: UInt64, clock: WallClock = ManualClock().wall) -> IdentifierSource {
        IdentifierSource(SeededGenerator(seed: seed), clock: clock)
    }

    /// The next id of any kind: `let run: RunID = ids.next()`.
    package func next<Kind>(_ kind: Kind.Type = Kind.self) -> ID<Kind> {
        ID(nextUUID())
    }

    package func nextUUID() -> UUIDv7 {
        let now = max(0, clock.now().milliseconds)
        return state.withLock { state in
            // The counter starts below the half of its range, which leaves room for 2048 ids in a millisecond; beyond
            // that the time is borrowed from the next one (RFC 9562, 6.2, method 1).
            if now > state.milliseconds {
                state.milliseconds = now
                state.counter = UInt16.random(in: 0..<0x800, using: &state.random)
            } else if state.counter < 0xFFF {
                state.counter += 1
            } else {
                state.milliseconds += 1
                state.counter = UInt16.random(in: 0..<0x800, using: &state.random)
            }
            return UUIDv7(milliseconds: state.milliseconds, counter: state.counter, random: state.random.next())
        }
    }
}

/// The system's randomness, asked for many numbers at once, as each question takes longer than all else about an id.
private struct GatheredRandomness: RandomNumberGenerator, Sendable {
    /// The system gives up to 256 bytes without interruption.
    private static let most = 32
    private var numbers: [UInt64] = []

    mutating func next() -> UInt64 {
        if numbers.isEmpty {
            numbers = Array(repeating: 0, count: Self.most)
            numbers.withUnsafeMutableBytes { bytes in
                #if canImport(Glibc)
                    // So few bytes come whole, and without an error.
                    precondition(getentropy(bytes.baseAddress, bytes.count) == 0, "the system has no randomness")
                #else
                    arc4random_buf(bytes.baseAddress, bytes.count)
                #endif
            }
        }
        return numbers.removeLast()
    }
}

/// SplitMix64: a short generator whose output depends on nothing but its seed.
private struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
