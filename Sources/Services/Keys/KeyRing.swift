package import Identity
package import Secrets
package import ServedCalls
package import Timekeeping

/// Makes, finds, revokes and replaces virtual keys in their store.
package struct KeyRing: Sendable {
    /// A key with its text, which nobody can be told again.
    package struct NewKey: Sendable {
        package var key: VirtualKey
        package var text: Secret
    }

    private let store: any VirtualKeyStore
    private let clock: WallClock
    private let ids: IdentifierSource
    private let makeText: @Sendable () -> Secret

    package init(
        store: any VirtualKeyStore, clock: WallClock, ids: IdentifierSource,
        makeText: @escaping @Sendable () -> Secret = KeyText.random
    ) {
        self.store = store
        self.clock = clock
        self.ids = ids
        self.makeText = makeText
    }

    package func create(_ order: KeyOrder) async throws -> NewKey {
        let now = clock.now()
        try order.check(now: now)
        let text = makeText()
        let key = VirtualKey(
            id: ids.next(), name: order.name, digest: KeyText.digest(of: text), prefix: KeyText.prefix(of: text),
            user: order.user, project: order.project, models: order.models, budgets: order.budgets,
            rates: order.rates, isOperator: order.isOperator ? true : nil, createdAt: now, expiresAt: order.expiresAt)
        guard try await store.add(key) else {
            throw KeysError(
                .conflict,
                "there is a key named '\(order.name)' already: take another name, or revoke or rotate that one")
        }
        return NewKey(key: key, text: text)
    }

    package func all() async throws -> [VirtualKey] { try await store.keys() }

    /// The key that somebody means by a name, an id or its beginning or end, or how its text begins; of one name the one that is not revoked.
    package func find(_ typed: String) async throws -> VirtualKey {
        guard !typed.hasPrefix(KeyText.start) || typed.count <= KeyText.shownCharacters else {
            throw KeysError(
                .invalid, "name a key by its name or id: its text must stay out of commands and their history")
        }
        let keys = try await store.keys()
        let named = keys.filter { $0.name == typed }
        if let current = named.first(where: { $0.revokedAt == nil }) ?? named.last { return current }
        let matching = keys.filter { $0.id.matches(typed) || $0.prefix == typed }
        guard let key = matching.first else {
            throw KeysError(.notFound, "there is no key '\(typed)': see vencejo keys list")
        }
        guard matching.count == 1 else {
            throw KeysError(
                .conflict, "'\(typed)' may be any of \(matching.count) keys: give more of the id, or the name")
        }
        return key
    }

    /// Ends a key, from now on and for ever; one that has ended stays as it is.
    package func revoke(_ typed: String) async throws -> VirtualKey {
        let now = clock.now()
        let found = try await find(typed)
        let changed = try await store.change(found.id) { key in
            if key.revokedAt == nil { key.revokedAt = now }
        }
        return changed ?? found
    }

    /// Gives a key a new text: the key keeps all it may and has spent, and its old text ends at once.
    package func rotate(_ typed: String) async throws -> NewKey {
        let found = try await find(typed)
        let text = makeText()
        let changed = try await store.change(found.id) { key in
            guard key.revokedAt == nil else {
                throw KeysError(.conflict, "the key '\(key.name)' is revoked and cannot be rotated: create a new one")
            }
            key.digest = KeyText.digest(of: text)
            key.prefix = KeyText.prefix(of: text)
        }
        return NewKey(key: changed ?? found, text: text)
    }
}
