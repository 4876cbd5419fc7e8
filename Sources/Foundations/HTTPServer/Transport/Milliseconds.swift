#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Points and spans of the monotonic clock, in milliseconds: what deadlines are kept in.
typealias Milliseconds = Int64

/// Now on the monotonic clock.
func monotonicMilliseconds() -> Milliseconds {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Milliseconds(time.tv_sec) * 1000 + Milliseconds(time.tv_nsec) / 1_000_000
}

extension Duration {
    /// Rounded up, so that a deadline never comes early.
    var milliseconds: Milliseconds {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
