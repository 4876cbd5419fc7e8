import Secrets
import Testing

struct SecretTests {
    @Test func `no description shows the text`() {
        let secret = Secret("correct horse")
        struct Holder {
            let name = "key"
            let secret: Secret
        }
        var dumped = ""
        dump(Holder(secret: secret), to: &dumped)
        #expect("\(secret)" == "«redacted»")
        #expect(String(reflecting: secret) == "«redacted»")
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(!"\(Holder(secret: secret))\(String(reflecting: [secret]))\(dumped)".contains("horse"))
    }

    @Test func `the text is lent to those who ask`() {
        #expect(Secret("correct horse").withValue { $0.count } == 13)
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("a") != Secret("aa"))
        #expect(Secret("").isEmpty)
    }
}
