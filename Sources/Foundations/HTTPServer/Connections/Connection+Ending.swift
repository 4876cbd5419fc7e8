import Synchronization

/// The ways in which a connection comes to its end.
extension Connection {
    /// Nothing more will come: without an answer on its way the connection is over.
    func peerFinished() {
        hasPeerFinished = true
        if phase == .lingering || exchange != nil || output.isEmpty {
            vanish(reset: false)
        } else {
            updateInterest()
        }
    }

    /// Sends what waits, then ends.
    func close() {
        guard phase != .closed, phase != .lingering else { return }
        if phase == .handshake {
            vanish(reset: false)
            return
        }
        phase = .closing
        deadlines.stopWaiting()
        input = []
        inputStart = 0
        updateInterest()
        if output.isEmpty { linger() } else { planFlush() }
    }

    /// Says that all was said, and waits for the client to see it: closing at once could destroy the answer on its way.
    func linger() {
        guard !hasPeerFinished else {
            vanish(reset: false)
            return
        }
        phase = .lingering
        stream.finishWriting()
        wait(for: .linger, limits.lingerTime)
        updateInterest()
    }

    func discard() {
        for _ in 0..<Self.readsPerTurn {
            switch stream.discard(loop.buffer) {
            case .moved: continue
            case .blocked: return
            case .ended, .broken:
                vanish(reset: false)
                return
            }
        }
    }

    /// Ends now; whoever works on an answer is cancelled.
    func vanish(reset: Bool) {
        guard phase != .closed else { return }
        phase = .closed
        let exchange = exchange
        self.exchange = nil
        bodyPipe?.fail(Disconnected())
        bodyPipe = nil
        input = []
        output = OutputQueue()
        loop.remove(stream.descriptor)
        stream.close(reset: reset)
        loop.forget(self)
        exchange?.connectionEnded()
    }

    /// Ends a response that cannot be completed, so that the client sees that it is not.
    func cut() { vanish(reset: true) }
}
