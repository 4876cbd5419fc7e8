import Testing
import WebPages

@Suite("Addresses and what the policy says of them")
struct WebAddressTests {
    @Test(
        "an address is read",
        arguments: [
            ("https://Example.com", "https://example.com/"), ("http://a.b:8080/x?y#z", "http://a.b:8080/x?y"),
            ("HTTPS://[2001:DB8::1]:1/é", "https://[2001:db8::1]:1/é"), ("https://a?q", "https://a/?q"),
        ])
    func read(text: String, expected: String) throws {
        #expect("\(try WebAddress(text))" == expected)
    }

    @Test(
        "what is no plain web address is refused",
        arguments: [
            "example.com", "ftp://example.com/", "file:///etc/passwd", "http://user:pw@example.com/", "http:///x",
            "http://a b/", "http://example.com\\@evil.org/", "http://a:99999/", "http://[::1", "http://a%2eb/",
            "http://exa\u{301}mple.com/",
        ])
    func refused(text: String) {
        #expect(throws: WebPageError.self) { try WebAddress(text) }
    }

    @Test(
        "links lead on from where they stand",
        arguments: [
            ("x", "https://h/a/x"), ("./x?y", "https://h/a/x?y"), ("../x", "https://h/x"),
            ("../../../x", "https://h/x"),
            ("/x/../y/", "https://h/y/"), ("//o/x", "https://o/x"), ("http://o", "http://o/"),
            ("?q", "https://h/a/b?q"),
            ("#f", "https://h/a/b?c"), ("..", "https://h/"),
        ])
    func resolve(link: String, expected: String) throws {
        #expect("\(try WebAddress("https://h/a/b?c").resolving(link))" == expected)
    }

    @Test(
        "addresses that are not on the public web are known",
        arguments: [
            ("127.0.0.1", "this machine"), ("127.1", "this machine"), ("2130706433", "this machine"),
            ("0x7f.0.0.1", "this machine"), ("0.0.0.0", "this machine"), ("10.1.2.3", "a private network"),
            ("172.31.0.1", "a private network"), ("192.168.1.1", "a private network"),
            ("100.64.0.1", "a private network"),
            ("169.254.169.254", "a link-local address"), ("224.0.0.1", "a multicast address"),
            ("255.255.255.255", "a reserved address"), ("::1", "this machine"), ("::", "this machine"),
            ("fe80::1", "a link-local address"), ("fd00::1", "a private network"),
            ("::ffff:127.0.0.1", "this machine"), ("::ffff:10.0.0.1", "a private network"),
            ("64:ff9b::7f00:1", "this machine"), ("2002:7f00:1::", "this machine"), ("8.8.8.8", nil),
            ("172.32.0.1", nil),
            ("2606:4700::1111", nil),
        ] as [(String, String?)])
    func places(host: String, place: String?) async {
        let addresses = await HostLookup.addresses(of: host)
        #expect(!addresses.isEmpty)
        #expect(addresses.map(\.closedPlace).allSatisfy { $0 == place })
    }

    @Test("a name with one closed address among public ones is refused, unless its host is allowed")
    func policy() async throws {
        let lookup: @Sendable (String) async -> [IPAddress] = { _ in
            [IPAddress(bytes: [8, 8, 8, 8]), IPAddress(bytes: [10, 0, 0, 1])]
        }
        let address = try WebAddress("http://wiki.example:8080/x")
        await #expect(
            throws: WebPageError(
                .refused,
                "http://wiki.example:8080/x leads to a private network, which is not fetched; "
                    + "to allow it, add wiki.example:8080 to policy.web_hosts")
        ) { try await WebPolicy(addresses: lookup).check(address) }
        #expect(try await WebPolicy(allowedHosts: ["Wiki.example"], addresses: lookup).check(address) == nil)
        #expect(try await WebPolicy(allowedHosts: ["wiki.example:8080"], addresses: lookup).check(address) == nil)
    }
}
