import Crypto
import Identity
package import ServedCalls
import Synchronization
package import Timekeeping

/// All virtual keys in memory, so that to recognise one costs a hash and a lookup.
///
/// ``run()`` notices within a second what another process changed.
package final class KeyTable: Sendable {
    /// What a presented text turned out to be.
    package enum Recognition: Sendable {
        case valid(KnownKey)
        case expired(KnownKey)
        case revoked(KnownKey)
        case unknown
    }

    /// The keys of one version of the store.
    private final class Snapshot: Sendable {
        let version: Int64
        let byDigest: [SHA256Digest: KnownKey]
        let names: [String: String]

        init(version: Int64, keys: [VirtualKey]) {
            self.version = version
            byDigest = Dictionary(keys.map { ($0.digest, KnownKey($0)) }) { _, newer in newer }
            names = Dictionary(keys.map { ($0.id.string, $0.name) }) { first, _ in first }
        }
    }

    private let store: any VirtualKeyStore
    private let clock: WallClock
    private let sleep: @Sendable (Duration) async throws -> Void
    private let snapshot: Mutex<Snapshot>
    private let isStale = Mutex(false)

    /// Reads all keys.
    package init(
        store: any VirtualKeyStore, clock: WallClock,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async throws {
        self.store = store
        self.clock = clock
        self.sleep = sleep
        snapshot = Mutex(try await Self.load(store))
    }

    /// Says whose text it is; the time it takes does not tell how much of a text was right.
    package func recognise(_ text: String) -> Recognition {
        guard KeyText.hasShape(text) else { return .unknown }
        let digest = SHA256.hash(text)
        // Where a digest lies in the table says nothing of the text it came from, and digests compare in constant time.
        guard let known = snapshot.withLock({ $0 }).byDigest[digest] else { return .unknown }
        return switch known.key.state(at: clock.now()) {
        case .active: .valid(known)
        case .expired: .expired(known)
        case .revoked: .revoked(known)
        }
    }

    /// Looks for changes now; says whether there were any.
    @discardableResult
    package func refresh() async throws -> Bool {
        let version = try await store.keysVersion()
        guard version != snapshot.withLock({ $0.version }) else { return false }
        let new = try await Self.load(store)
        snapshot.withLock { $0 = new }
        return true
    }

    /// Looks for changes twice a second, until its task is cancelled.
    package func run() async throws {
        while true {
            try await sleep(.milliseconds(500))
            do {
                try await refresh()
                isStale.withLock { $0 = false }
            } catch {
                try Task.checkCancellation()
                // The keys of before stay in force; `isUpToDate` says so, and the next look tries again.
                isStale.withLock { $0 = true }
            }
        }
    }

    /// Whether the last look for changes succeeded.
    package var isUpToDate: Bool { !isStale.withLock { $0 } }

    /// What people call the key of that id.
    package func name(of id: String) -> String? { snapshot.withLock { $0 }.names[id] }

    /// The key of that id, also where it is no longer in force.
    package func key(_ id: VirtualKeyID) -> KnownKey? {
        snapshot.withLock { $0 }.byDigest.values.first { $0.key.id == id }
    }

    package var count: Int { snapshot.withLock { $0.byDigest.count } }

    private static func load(_ store: any VirtualKeyStore) async throws -> Snapshot {
        // The version is read first: a change in between is found again by the next look.
        let version = try await store.keysVersion()
        return Snapshot(version: version, keys: try await store.keys())
    }
}
