import Crypto
import Identity
import ServedCalls
import Testing
import Timekeeping

/// The records of the gateway's keys.
@Suite("A virtual key's record")
struct VirtualKeyTests {
    @Test(
        "is active until it expires or is revoked",
        arguments: [
            (nil, nil, .active), (10, nil, .expired), (11, nil, .active), (nil, 10, .revoked), (5, 5, .revoked),
        ]
            as [(Int64?, Int64?, VirtualKey.State)])
    func state(expires: Int64?, revoked: Int64?, state: VirtualKey.State) {
        let key = VirtualKey(
            id: IdentifierSource.seeded(1).next(), name: "k", digest: SHA256.hash("x"), prefix: "vj-1234",
            createdAt: .epoch, expiresAt: expires.map(Timestamp.init(milliseconds:)),
            revokedAt: revoked.map(Timestamp.init(milliseconds:)))
        #expect(key.state(at: Timestamp(milliseconds: 10)) == state)
    }

    @Test(
        "has accounts that begin again with their day or month",
        arguments: [
            (.virtualKeyDay, "id/2026-12-31", "2027-01-01T00:00:00Z"),
            (.virtualKeyMonth, "id/2026-12", "2027-01-01T00:00:00Z"),
            (.day, "2026-02-28", "2026-03-01T00:00:00Z"), (.virtualKey, "id", nil), (.project, "/p", nil),
        ] as [(SpendingAccount.Scope, String, String?)])
    func resets(scope: SpendingAccount.Scope, name: String, time: String?) {
        #expect(SpendingAccount(scope, name).resetsAt == time.flatMap { Timestamp(iso8601: $0) })
    }
}
