import Synchronization

/// A live line below lines that stay, for any number of tasks at once.
///
/// Where lines cannot be erased, `print` writes plain lines and `show` nothing.
package final class LiveRegion: Sendable {
    private let info: TerminalInfo
    private let write: @Sendable (String) -> Void
    private let renderer: Mutex<LiveRegionRenderer>

    /// `write` is called by one thread at a time, in the order of the output, and must not call the region.
    package init(info: TerminalInfo, write: @escaping @Sendable (String) -> Void) {
        self.info = info
        self.write = write
        renderer = Mutex(LiveRegionRenderer(width: info.width))
    }

    package func print(_ lines: [String]) {
        emit { $0.print(lines) }
    }

    /// Replaces the live line; nil takes it away.
    package func show(_ live: String?) {
        guard info.canRedraw else { return }
        emit { $0.show(live) }
    }

    /// Takes the live line away; the region can be used again.
    package func finish() {
        emit { $0.finish() }
    }

    private func emit(_ render: (inout LiveRegionRenderer) -> String) {
        renderer.withLock { renderer in
            renderer.width = info.currentWidth
            let text = render(&renderer)
            // Called with the lock held, because the bytes must reach the terminal in the order they were decided.
            if !text.isEmpty { write(text) }
        }
    }
}
