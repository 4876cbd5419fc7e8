import InternetAddresses
import Testing

@Suite("Addresses of the internet")
struct IPAddressTests {
    @Test(
        "addresses that are not on the open internet are known, however they are written",
        arguments: [
            ("127.0.0.1", "this machine"), ("127.1", "this machine"), ("2130706433", "this machine"),
            ("0x7f.0.0.1", "this machine"), ("0.0.0.0", "this machine"), ("10.1.2.3", "a private network"),
            ("172.31.0.1", "a private network"), ("192.168.1.1", "a private network"),
            ("100.64.0.1", "a private network"),
            ("169.254.169.254", "a link-local address"), ("224.0.0.1", "a multicast address"),
            ("255.255.255.255", "a reserved address"), ("::1", "this machine"), ("::", "this machine"),
            ("fe80::1", "a link-local address"), ("fd00::1", "a private network"),
            ("::ffff:127.0.0.1", "this machine"), ("::ffff:10.0.0.1", "a private network"),
            ("203.0.113.7", "a reserved address"), ("198.51.100.1", "a reserved address"),
            ("192.0.2.1", "a reserved address"), ("2001:db8::1", "a reserved address"),
            ("2001::1", "a reserved address"),
            ("64:ff9b:1::1", "a reserved address"), ("fec0::1", "a private network"),
            ("ff02::1", "a multicast address"),
            ("100.128.0.1", nil), ("2a00:1450::1", nil), ("192.0.1.1", nil), ("2001:200::1", nil),
            ("64:ff9b::7f00:1", "this machine"), ("2002:7f00:1::", "this machine"), ("8.8.8.8", nil),
            ("172.32.0.1", nil),
            ("2606:4700::1111", nil),
        ] as [(String, String?)])
    func places(host: String, place: String?) async {
        let addresses = await HostLookup.addresses(of: host)
        #expect(!addresses.isEmpty)
        #expect(addresses.map(\.closedPlace).allSatisfy { $0 == place })
    }

    @Test(
        "addresses are read in their full forms only, and written in their short ones",
        arguments: [
            ("10.0.0.7", "10.0.0.7"), ("FE80:0:0:0::1", "fe80::1"), ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
            ("127.1", nil), ("0x7f.0.0.1", nil), ("2130706433", nil), ("", nil), ("fe80::1%eth0", nil), ("::1::", nil),
        ] as [(String, String?)])
    func reading(text: String, written: String?) {
        #expect(IPAddress(text).map { "\($0)" } == written)
    }

    @Test("a name without an address has none, and one of several is told once")
    func lookup() async {
        #expect(await HostLookup.addresses(of: "no such host") == [])
        #expect(HostLookup.blockingAddresses(of: "127.0.0.1") == [IPAddress(bytes: [127, 0, 0, 1])])
    }
}
