import Money
import Testing

struct USDTests {
    @Test(
        arguments: [
            ("2.00", 2_000_000), ("$2", 2_000_000), ("0.000001", 1), ("-$1.5", -1_500_000), ("-0.25", -250_000),
            ("0", 0),
            ("1.2300000000", 1_230_000), ("9223372036854.775807", .max), ("007", 7_000_000),
        ] as [(String, Int64)])
    func `an amount is read exactly`(text: String, micros: Int64) {
        #expect(USD(parsing: text) == USD(micros: micros))
    }

    @Test(arguments: [
        "", "$", "-", ".", "2.", ".5", "1.2.3", "0.0000001", "1,000", "1e3", "+1", "--1", "$-1", " 1", "1 ", "٢",
        "9223372036854.775808", "99999999999999999999",
    ])
    func `what is no exact amount is refused`(text: String) {
        #expect(USD(parsing: text) == nil)
    }

    @Test(
        arguments: [
            (2_000_000, "$2.00"), (4200, "$0.0042"), (1, "$0.000001"), (0, "$0.00"), (-1_500_000, "-$1.50"),
            (1_234_567, "$1.234567"), (.min, "-$9223372036854.775808"), (100_000, "$0.10"), (123_000, "$0.123"),
        ] as [(Int64, String)])
    func `an amount shows two decimals, more where needed`(micros: Int64, text: String) {
        #expect(USD(micros: micros).description == text)
    }

    @Test func `every printed amount reads back`() {
        for micros in stride(from: Int64.min + 1, through: .max - 997_777_777_777_777, by: 997_777_777_777_777) {
            let amount = USD(micros: micros)
            guard USD(parsing: amount.description) == amount else {
                Issue.record("\(amount) does not read back")
                return
            }
        }
    }

    @Test func `sums and products stop at the ends`() {
        let lowest = USD(micros: .min)
        let one = USD(micros: 1)
        #expect(USD(micros: 2) + USD(micros: 3) == USD(micros: 5))
        #expect(USD.max + one == .max)
        #expect(lowest - one == lowest)
        #expect(lowest + lowest == lowest)
        #expect(.max - lowest == USD.max)
        #expect(USD(micros: 3) * 4 == USD(micros: 12))
        #expect(USD.max * -2 == lowest)
        #expect(lowest * -1 == .max)
        #expect([one, one, one].reduce(.zero, +) == USD(micros: 3))
        #expect(one < .max)
    }
}
