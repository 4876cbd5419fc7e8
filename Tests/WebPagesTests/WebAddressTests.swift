import InternetAddresses
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
