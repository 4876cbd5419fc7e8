import Secrets
import Testing

struct RedactorTests {
    @Test(arguments: [
        ("the key is hunter2/hünter, yes", "the key is [redacted], yes"),
        ("hunter2/hünterhunter2/hünter", "[redacted]"),
        ("?k=hunter2%2Fh%C3%BCnter&x", "?k=[redacted]&x"),
        ("?k=hunter2%2fh%c3%bcnter&x", "?k=[redacted]&x"),
        ("say \"line one\nline \"two\"\" now", "say \"[redacted]\" now"),
        (#"{"a":"line one\nline \"two\"","b":1}"#, #"{"a":"[redacted]","b":1}"#),
        ("short and hunter are not secrets", "short and hunter are not secrets"),
        ("hunter2/hunter2/hünter", "hunter2/[redacted]"),
        ("", ""),
    ])
    func `a given secret is replaced in each of its spellings`(text: String, expected: String) {
        let redactor = Redactor(secrets: [
            Secret("hunter2/hünter"), Secret("line one\nline \"two\""), Secret("short"), Secret(""),
        ])
        #expect(redactor.redact(text) == expected)
    }

    // The encodings of "secret-value" alone, behind "u:" and "us:" and within "use:…:"; a digit at the edge that holds
    // bits of a neighbour too stays.
    @Test(arguments: [
        ("c2VjcmV0LXZhbHVl", "[redacted]"),
        ("Basic dTpzZWNyZXQtdmFsdWU=", "Basic dTp[redacted]U="),
        ("Basic dXM6c2VjcmV0LXZhbHVl", "Basic dXM6[redacted]"),
        ("x dXNlOnNlY3JldC12YWx1ZTo= y", "x dXNlOn[redacted]To= y"),
    ])
    func `a given secret is replaced inside Base64`(text: String, expected: String) {
        #expect(Redactor(secrets: [Secret("secret-value")]).redact(text) == expected)
    }

    @Test func `what overlaps is hidden to its end`() {
        let redactor = Redactor(secrets: [Secret("abcdefgh"), Secret("efghijkl"), Secret("abcdef")])
        #expect(redactor.redact("<abcdefghijkl>") == "<[redacted]>")
    }

    @Test(arguments: [
        ("key sk-ant-api03-AbC_d-0123456789abcdef.", "key [redacted]."),
        ("sk-proj-0123456789abcdefABCDEF", "[redacted]"),
        ("task-0123456789abcdef0123456789", "task-0123456789abcdef0123456789"),
        ("sk-short", "sk-short"),
        ("ghp_0123456789abcdefABCDEF0123456789abcd,", "[redacted],"),
        ("github_pat_11ABCDEFG0_abcdefghij", "[redacted]"),
        ("glpat-abcdefghij0123456789", "[redacted]"),
        ("key vj-PTBA9c1nQT9XxXksB4BkiA4i_oQPZRa06OGvVOOcFGs.", "key [redacted]."),
        ("vj-PTBA", "vj-PTBA"),
        ("id=AKIAIOSFODNN7EXAMPLE;", "id=[redacted];"),
        ("AKIAiosfodnn7example", "AKIAiosfodnn7example"),
        ("xoxb-123456789012-abcdefABCDEF", "[redacted]"),
        ("Authorization: Bearer abc.def-ghi_jkl==\n", "Authorization: Bearer [redacted]\n"),
        (#""authorization":"Basic dXNlcjpwYXNz""#, #""authorization":"Basic [redacted]""#),
        ("AUTHORIZATION: token 12345678", "AUTHORIZATION: token [redacted]"),
        ("x-api-key: 0123456789", "x-api-key: [redacted]"),
        ("-H 'bearer 0123456789abcdef'", "-H 'bearer [redacted]'"),
        ("the bearer of bad news", "the bearer of bad news"),
        ("authorization is required", "authorization is required"),
        ("https://me:pa55w0rd@example.com/x", "https://me:[redacted]@example.com/x"),
        ("https://example.com:8080/a@b", "https://example.com:8080/a@b"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\nabc\n-----END RSA PRIVATE KEY-----\nrest", "[redacted]\nrest"),
        (#""-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n""#, #""[redacted]\n""#),
        ("-----BEGIN PRIVATE KEY-----\nMIIEcut", "[redacted]"),
        (
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----"
        ),
        ("`-----BEGIN PRIVATE KEY-----` starts it", "`[redacted]` starts it"),
        ("-----BEGIN PRIVATE KEY----- is how it starts", "[redacted] is how it starts"),
        ("-----BEGIN ", "-----BEGIN "),
    ])
    func `keys of a known shape are replaced`(text: String, expected: String) {
        #expect(Redactor().redact(text) == expected)
    }

    @Test func `a large text that provokes the shapes is read through once`() {
        let secret = "0123456789-secret"
        let redactor = Redactor(secrets: [Secret(secret)])
        let provocation = "-----BEGIN PRIVATE KEY-----sk-sk-://a:b:c aaaa0123456789-secre "
        let text = String(repeating: provocation, count: 4000) + secret
        let redacted = redactor.redact(text)
        #expect(redacted.hasSuffix("0123456789-secre [redacted]"))
        #expect(!redacted.contains("PRIVATE KEY"))
    }
}
