import Crypto
import Files
import Identity
import Keys
import Money
import Secrets
import ServedCalls
import Storage
import Testing
import Timekeeping

/// Virtual keys from their making to their end (G9).
@Suite("Virtual keys")
struct KeyRingTests {
    @Test("have texts of 256 random bits, of which only the digest and the beginning are kept")
    func texts() async throws {
        try await KeysFixture.with { fixture in
            let made = try await fixture.ring.create(KeyOrder(name: "ci", user: "ana"))
            let text = made.text.withValue { $0 }
            #expect(text.utf8.count == 46)
            #expect(KeyText.hasShape(text))
            #expect(made.key.prefix == text.prefix(7))
            #expect(made.key.digest == SHA256.hash(text))
            #expect(try await fixture.ring.all() == [made.key])
            #expect("\(made)".contains(text) == false)
            let other = KeyText.random().withValue { $0 }
            #expect(other != text)
        }
    }

    @Test("are on the disk without their text")
    func atRest() async throws {
        try await KeysFixture.with { fixture in
            let made = try await fixture.ring.create(KeyOrder(name: "ci"))
            await fixture.journal.close()
            let text = Array(made.text.withValue { $0 }.utf8.dropFirst(7))
            for file in ["", "-wal"] {
                let path = FilePath(fixture.path + file)
                guard FileSystem.exists(path) else { continue }
                #expect(try !FileSystem.readBytes(path).contains(text))
            }
        }
    }

    @Test("are recognised by their text, until they expire or are revoked")
    func recognition() async throws {
        try await KeysFixture.with { fixture in
            let late = fixture.clock.now + .seconds(60)
            let short = try await fixture.ring.create(KeyOrder(name: "short", expiresAt: late))
            let long = try await fixture.ring.create(KeyOrder(name: "long"))
            let table = try await KeyTable(store: fixture.journal, clock: fixture.clock.wall)
            let kind = { (text: Secret) in text.withValue { Kind(table.recognise($0)) } }
            #expect(kind(short.text) == .valid("short"))
            #expect(kind(long.text) == .valid("long"))
            fixture.clock.advance(by: .seconds(60))
            #expect(kind(short.text) == .expired("short"))
            _ = try await fixture.ring.revoke("long")
            #expect(try await table.refresh())
            #expect(try await table.refresh() == false)
            #expect(kind(long.text) == .revoked("long"))
            for text in [
                "", "vj-", "sk-x", String(repeating: "x", count: 46), "vj-" + String(repeating: "A", count: 43),
            ] {
                #expect(kind(Secret(text)) == .unknown)
            }
        }
    }

    @Test("are noticed when another process makes, changes or revokes them")
    func changesElsewhere() async throws {
        try await KeysFixture.with { fixture in
            let other = try await SQLiteJournal(path: fixture.path)
            let ring = KeyRing(store: other, clock: fixture.clock.wall, ids: fixture.ids)
            let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
            let (looked, look) = AsyncStream.makeStream(of: Void.self)
            let table = try await KeyTable(store: fixture.journal, clock: fixture.clock.wall) { _ in
                look.yield()
                for await _ in ticks { return }
                throw CancellationError()
            }
            let running = Task { try await table.run() }
            defer { running.cancel() }
            var looks = looked.makeAsyncIterator()
            await looks.next()
            let made = try await ring.create(KeyOrder(name: "new"))
            tick.yield()
            await looks.next()
            #expect(made.text.withValue { Kind(table.recognise($0)) } == .valid("new"))
            let rotated = try await ring.rotate("new")
            tick.yield()
            await looks.next()
            #expect(made.text.withValue { Kind(table.recognise($0)) } == .unknown)
            #expect(rotated.text.withValue { Kind(table.recognise($0)) } == .valid("new"))
            #expect(rotated.key.id == made.key.id)
            #expect(table.isUpToDate)
            await other.close()
        }
    }

    @Test("are found by name, by id and by the beginning or end of it")
    func finding() async throws {
        try await KeysFixture.with { fixture in
            let first = try await fixture.ring.create(KeyOrder(name: "ci"))
            _ = try await fixture.ring.revoke("ci")
            let second = try await fixture.ring.create(KeyOrder(name: "ci"))
            #expect(try await fixture.ring.find("ci").id == second.key.id)
            #expect(try await fixture.ring.find(first.key.id.string).id == first.key.id)
            #expect(try await fixture.ring.find(first.key.id.short).id == first.key.id)
            await #expect(throws: KeysError(.notFound, "there is no key 'cd': see vencejo keys list")) {
                try await fixture.ring.find("cd")
            }
            let text = second.text.withValue { $0 }
            await #expect(
                throws: KeysError(
                    .invalid, "name a key by its name or id: its text must stay out of commands and their history")
            ) { try await fixture.ring.find(text) }
        }
    }

    @Test("of one name there are not two, but a new one after the first was revoked")
    func names() async throws {
        try await KeysFixture.with { fixture in
            _ = try await fixture.ring.create(KeyOrder(name: "ci"))
            let taken = KeysError(
                .conflict, "there is a key named 'ci' already: take another name, or revoke or rotate that one")
            await #expect(throws: taken) { try await fixture.ring.create(KeyOrder(name: "ci")) }
            _ = try await fixture.ring.revoke("ci")
            let revoked = KeysError(.conflict, "the key 'ci' is revoked and cannot be rotated: create a new one")
            await #expect(throws: revoked) { try await fixture.ring.rotate("ci") }
            _ = try await fixture.ring.create(KeyOrder(name: "ci"))
            #expect(try await fixture.ring.all().count == 2)
        }
    }

    @Test(
        "are not made of what makes no sense",
        arguments: [
            (
                KeyOrder(name: ""),
                "'' is no name for a key: use 1 to 64 letters, digits, dots, hyphens, underscores or @"
            ),
            (
                KeyOrder(name: "a b"),
                "'a b' is no name for a key: use 1 to 64 letters, digits, dots, hyphens, underscores or @"
            ),
            (KeyOrder(name: "vj-x"), "a key's name must not begin with vj-, as the key itself does"),
            (
                KeyOrder(name: "a", budgets: .init(day: USD(micros: -1))),
                "the day budget of a key cannot be -$0.000001: it must not be negative"
            ),
            (
                KeyOrder(name: "a", rates: .init(concurrent: 0)),
                "a key cannot be limited to 0 calls at once: 1 is the least"
            ),
            (
                KeyOrder(name: "a", models: ["x y"]),
                "'x y' is no pattern of models: write one such as anthropic/* or */gpt-5-mini"
            ),
            (
                KeyOrder(name: "a", expiresAt: Timestamp(milliseconds: 5)),
                "the key would expire at 1970-01-01T00:00:00.005Z, which is past: name a later time"
            ),
        ])
    func orders(order: KeyOrder, message: String) async throws {
        try await KeysFixture.with { fixture in
            await #expect(throws: KeysError(.invalid, message)) { try await fixture.ring.create(order) }
            let keys = try await fixture.ring.all()
            #expect(keys == [])
        }
    }

    @Test(
        "may ask the models that their patterns name",
        arguments: [
            ([], "any/thing", true), (["anthropic/*"], "anthropic/claude-haiku-4-5", true),
            (["anthropic/*"], "openai/gpt-5", false), (["*/gpt-5*", "local/?"], "local/q", true),
            (["*"], "openrouter/meta/llama", true),
        ])
    func models(patterns: [String], model: String, isAllowed: Bool) async throws {
        try await KeysFixture.with { fixture in
            let key = try await fixture.key(models: patterns)
            #expect(key.allows(model) == isAllowed)
        }
    }

    private enum Kind: Equatable {
        case valid(String), expired(String), revoked(String), unknown

        init(_ recognition: KeyTable.Recognition) {
            self =
                switch recognition {
                case .valid(let known): .valid(known.key.name)
                case .expired(let known): .expired(known.key.name)
                case .revoked(let known): .revoked(known.key.name)
                case .unknown: .unknown
                }
        }
    }
}
