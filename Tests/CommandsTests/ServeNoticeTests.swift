import HTTPServer
import JSON
import Secrets
import Testing

@testable import Commands

/// What `vencejo serve` says when it listens (X1).
@Suite("The notice of the server")
struct ServeNoticeTests {
    @Test("shows a new key once, and how clients are pointed at the server")
    func newKey() {
        let notice = ServeNotice(
            address: .tcp(host: "127.0.0.1", port: 8790), isEncrypted: false, key: Secret("vj-abc"))
        #expect(
            notice.text == """
                Serving on http://127.0.0.1:8790

                The first key, shown this once: vj-abc

                Claude Code   ANTHROPIC_BASE_URL=http://127.0.0.1:8790 ANTHROPIC_AUTH_TOKEN=vj-abc claude
                OpenAI SDKs   OPENAI_BASE_URL=http://127.0.0.1:8790/v1 OPENAI_API_KEY=vj-abc
                Metrics       curl -H 'Authorization: Bearer vj-abc' http://127.0.0.1:8790/metrics
                """)
        #expect(notice.json == ["address": "http://127.0.0.1:8790", "key": "vj-abc"])
    }

    @Test("says how a socket is spoken to")
    func socket() {
        let notice = ServeNotice(address: .unix("/run/v.sock"), isEncrypted: false, key: nil)
        #expect(
            notice.text == """
                Serving on /run/v.sock

                Keys: vencejo keys list, vencejo keys create NAME

                Models        curl --unix-socket /run/v.sock -H 'Authorization: Bearer vj-…' http://localhost/v1/models
                """)
        #expect(notice.json == ["address": "/run/v.sock"])
    }

    @Test(
        "warns where other machines can listen in",
        arguments: [
            ("127.0.0.1", false, false), ("127.8.0.1", false, false), ("::1", false, false), ("0.0.0.0", false, true),
            ("::", false, true), ("192.168.1.5", false, true), ("0.0.0.0", true, false), ("gate.example", false, true),
        ])
    func open(host: String, isEncrypted: Bool, isWarned: Bool) {
        let notice = ServeNotice(address: .tcp(host: host, port: 1), isEncrypted: isEncrypted, key: nil)
        #expect(notice.text.contains("can be read on the way") == isWarned)
    }
}
