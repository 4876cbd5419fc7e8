import HTTPClient
import Testing

@testable import Providers

@Suite struct RetryAfterTests {
    static let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT")

    @Test(
        arguments: [
            ([], nil),
            ([("Retry-After", "7")], .seconds(7)),
            ([("retry-after", "0.5")], .milliseconds(500)),
            ([("Retry-After", "7"), ("Retry-After-Ms", "250")], .milliseconds(250)),
            ([("Retry-After", "-1")], nil),
            ([("Retry-After", "inf")], nil),
            ([("Retry-After", "nan")], nil),
            ([("retry-after-ms", "1e300")], nil),
            ([("Retry-After", "soon")], nil),
            ([date, ("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT")], .seconds(60)),
            ([date, ("Retry-After", "Wed, 01 Mar 1995 00:00:00 GMT")], .seconds(9_904_223)),
            ([date, ("Retry-After", "Sat, 05 Nov 1994 08:49:37 GMT")], .zero),
            (
                [("Date", "Wed, 28 Feb 2024 23:59:59 GMT"), ("Retry-After", "Fri, 01 Mar 2024 00:00:00 GMT")],
                .seconds(86_401)
            ),
            ([date, ("Retry-After", "Sun, 06 Nov 1994 25:00:00 GMT")], nil),
            ([date, ("Retry-After", "Sun, 99 Nov 1994 08:00:00 GMT")], nil),
            ([("Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT")], nil),
        ] as [([(String, String)], Duration?)])
    func `Every way to say how long to wait`(_ headers: [(String, String)], _ expected: Duration?) {
        #expect(RetryAfter.read(HTTPHeaders(headers)) == expected)
    }
}
