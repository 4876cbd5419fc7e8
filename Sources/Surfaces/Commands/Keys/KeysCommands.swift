import CommandLineKit
import Identity
import JSON
import Keys
import Money
import Secrets
import ServedCalls
import Terminal
import Timekeeping
import WorkflowEngine

/// Carries out `vencejo keys …`: the gateway's keys from their making to their end.
struct KeysCommands: Sendable {
    let context: CommandContext

    func run(_ verb: String, _ arguments: ParsedArguments) async throws -> ExitStatus {
        let service = try await context.service()
        let ring = KeyRing(store: try await context.gateway(), clock: service.clock, ids: service.ids)
        let now = service.clock.now()
        let named = arguments.positional("KEY") ?? ""
        switch verb {
        case "create":
            let order = try KeyArguments(arguments).order(named: arguments.positional("NAME") ?? "", now: now)
            show(try await ring.create(order), now: now, made: "made")
        case "rotate":
            show(try await ring.rotate(named), now: now, made: "rotated: the old text is refused from now on")
        case "revoke":
            let key = try await ring.revoke(named)
            context.output.result(KeysJSON.key(key, now: now), text: "The key '\(key.name)' is revoked.")
        case "show": try await show(try await ring.find(named), now: now)
        default: try await list(ring, now: now, withRevoked: arguments.flag("--all"))
        }
        return .done
    }

    /// The one place where a key's text is shown.
    private func show(_ new: KeyRing.NewKey, now: Timestamp, made: String) {
        let text = new.text.withValue { $0 }
        guard case .object(var object) = KeysJSON.key(new.key, now: now) else { return }
        object.set(.string(text), for: "key")
        context.output.result(.object(object), text: text)
        context.output.notice(
            "The key '\(new.key.name)' is \(made). Its text is shown this once and kept nowhere: store it now.")
    }

    private func list(_ ring: KeyRing, now: Timestamp, withRevoked: Bool) async throws {
        let keys = try await ring.all().filter { withRevoked || $0.revokedAt == nil }
        context.output.result(
            .array(keys.map { KeysJSON.key($0, now: now) }),
            text: KeysText(output: context.output).table(of: keys, now: now))
    }

    private func show(_ key: VirtualKey, now: Timestamp) async throws {
        let accounts: [(String, SpendingAccount, USD?)] = [
            ("in all", SpendingAccount(.virtualKey, key.id.string), key.budgets.total),
            (
                "today", SpendingAccount(.virtualKeyDay, "\(key.id)/\(now.iso8601.prefix(10))"), key.budgets.day
            ),
            (
                "this month", SpendingAccount(.virtualKeyMonth, "\(key.id)/\(now.iso8601.prefix(7))"),
                key.budgets.month
            ),
        ]
        let store = try await context.gateway()
        let replies = try await store.standings(of: accounts.map(\.1))
        let standings = zip(accounts, replies).map { account, reply in
            KeyStanding(
                name: account.0, account: account.1, limit: account.2, spent: reply.spent, reserved: reply.reserved)
        }
        guard case .object(var object) = KeysJSON.key(key, now: now) else { return }
        object.set(.array(standings.map(KeysJSON.standing)), for: "accounts")
        context.output.result(
            .object(object), text: KeysText(output: context.output).card(of: key, standings, now: now))
    }
}

/// How the money of a key stands over one time.
struct KeyStanding: Sendable, Hashable {
    var name: String
    var account: SpendingAccount
    var limit: USD?
    var spent: USD
    var reserved: USD

    var left: USD? { limit.map { max($0 - spent - reserved, .zero) } }
}
