import Testing
import YAML

@Suite struct YAMLScalarTests {
    @Test(
        "Plain scalars are read by the core schema of YAML 1.2",
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .string("nUll")),
            ("true", .bool(true)), ("False", .bool(false)), ("TRUE", .bool(true)), ("no", .string("no")),
            ("on", .string("on")), ("Yes", .string("Yes")), ("y", .string("y")), ("0", .int(0)), ("-17", .int(-17)),
            ("+5", .int(5)), ("007", .int(7)), ("0x1F", .int(31)), ("0o17", .int(15)), ("0b1", .string("0b1")),
            ("-0x1", .string("-0x1")), ("0x", .string("0x")), ("0xG", .string("0xG")), ("0o8", .string("0o8")),
            ("1_000", .string("1_000")), ("9223372036854775807", .int(.max)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("0x10000000000000000", .double(18_446_744_073_709_551_616)), ("1.5", .double(1.5)), ("-.5", .double(-0.5)),
            ("1.", .double(1)), ("1.e2", .double(100)), ("6.02e+23", .double(6.02e23)), ("1e3", .double(1000)),
            (".", .string(".")), ("-", .string("-")), ("+", .string("+")), ("1e", .string("1e")), ("e1", .string("e1")),
            (".e1", .string(".e1")), ("0x1p3", .string("0x1p3")), ("1.2.3", .string("1.2.3")),
            ("1:30", .string("1:30")), ("2026-01-02", .string("2026-01-02")), (".inf", .double(.infinity)),
            ("-.INF", .double(-.infinity)), ("+.Inf", .double(.infinity)), ("inf", .string("inf")),
            ("-infinity", .string("-infinity")), ("nan", .string("nan")), ("+nan", .string("+nan")),
            ("１２", .string("１２")), ("12 ", .string("12 ")),
        ] as [(String, YAMLScalar)])
    func resolution(text: String, value: YAMLScalar) {
        #expect(YAMLScalar(plain: text) == value)
    }

    @Test func `Not a number is a number`() throws {
        let value = try #require(try YAMLNode.parse(".nan").double)
        #expect(value.isNaN)
    }
}
