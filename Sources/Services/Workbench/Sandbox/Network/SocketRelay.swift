#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Carries bytes between two sockets in both directions until both have ended, or one fails.
struct SocketRelay {
    private struct Direction {
        let from: Int32
        let to: Int32
        var waiting: ArraySlice<UInt8> = []
        var hasEnded = false
        var isOver = false
    }

    private let directions: [Direction]

    /// `first` goes to `right` before anything that `left` says.
    init(_ left: Int32, _ right: Int32, first: [UInt8] = []) {
        directions = [Direction(from: left, to: right, waiting: first[...]), Direction(from: right, to: left)]
    }

    /// Blocks its thread; another thread ends it by ending one of the sockets.
    func run() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var directions = directions
        while directions.contains(where: { !$0.isOver }) {
            var polled: [pollfd] = []
            for direction in directions where !direction.isOver {
                let isWriting = !direction.waiting.isEmpty
                polled.append(
                    pollfd(
                        fd: isWriting ? direction.to : direction.from, events: Int16(isWriting ? POLLOUT : POLLIN),
                        revents: 0))
            }
            guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else { return }
            for index in directions.indices where !directions[index].isOver {
                guard move(&directions[index], &buffer) else { return }
            }
        }
    }

    /// False where a side has failed, so that the other need not go on.
    private func move(_ direction: inout Direction, _ buffer: inout [UInt8]) -> Bool {
        if direction.waiting.isEmpty, !direction.hasEnded {
            switch Sockets.read(direction.from, into: &buffer) {
            case nil: return true
            case 0?: direction.hasEnded = true
            case let count? where count > 0: direction.waiting = buffer[..<count]
            default: return false
            }
        }
        while !direction.waiting.isEmpty {
            switch Sockets.write(direction.to, direction.waiting) {
            case nil: return true
            case let count? where count > 0: direction.waiting = direction.waiting.dropFirst(count)
            default: return false
            }
        }
        if direction.hasEnded {
            Sockets.endWriting(direction.to)
            direction.isOver = true
        }
        return true
    }
}
