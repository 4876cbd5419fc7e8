#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What became of an element that was sent.
enum Delivery {
    /// The mailbox is closed.
    case refused
    /// A thread was waiting for it.
    case received
    /// No thread is free yet.
    case waiting
}

/// A queue from many threads to those that wait for its elements; guarded by `mutex`.
final class Mailbox<Element: Sendable>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var elements: [Element] = []
    private var isClosed = false
    private var waiters = 0

    init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Adds an element, unless the mailbox is closed.
    func send(_ element: Element) -> Delivery {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed else { return .refused }
        elements.append(element)
        pthread_cond_signal(condition)
        return elements.count > waiters ? .waiting : .received
    }

    var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return elements.count
    }

    /// Takes what is there without waiting.
    func drain() -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { elements = [] }
        return elements
    }

    /// Waits for elements and takes them, at most `count`, in their order; empty when closed and drained.
    func receive(atMost count: Int = .max) -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        waiters += 1
        while elements.isEmpty, !isClosed { pthread_cond_wait(condition, mutex) }
        waiters -= 1
        if elements.count <= count {
            defer { elements = [] }
            return elements
        }
        defer { elements.removeFirst(count) }
        return Array(elements.prefix(count))
    }

    /// Refuses new elements; those that wait are still received.
    func close() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isClosed = true
        pthread_cond_broadcast(condition)
    }
}
