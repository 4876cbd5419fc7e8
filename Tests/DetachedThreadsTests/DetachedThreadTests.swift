import DetachedThreads
import Synchronization
import Testing

@Suite("Detached threads")
struct DetachedThreadTests {
    @Test func `each body runs once, on threads that may block`() async {
        let count = Mutex(0)
        await withCheckedContinuation { (all: CheckedContinuation<Void, Never>) in
            for _ in 0..<16 {
                let code = DetachedThread.start {
                    let isLast = count.withLock { count in
                        count += 1
                        return count == 16
                    }
                    if isLast { all.resume() }
                }
                #expect(code == 0)
            }
        }
        #expect(count.withLock { $0 } == 16)
    }

    @Test func `what a body holds is let go of when it has run`() async {
        final class Held: Sendable {
            let gone: @Sendable () -> Void
            init(_ gone: @escaping @Sendable () -> Void) { self.gone = gone }
            deinit { gone() }
        }
        await withCheckedContinuation { (gone: CheckedContinuation<Void, Never>) in
            let held = Held { gone.resume() }
            #expect(DetachedThread.start { withExtendedLifetime(held) {} } == 0)
        }
    }
}
