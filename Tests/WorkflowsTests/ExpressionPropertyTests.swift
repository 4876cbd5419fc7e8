import JSON
import Testing
import Workflows

struct ExpressionPropertyTests {
    /// A generator whose numbers are the same on each machine.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 29)) &* 0x9E37_79B9_7F4A_7C15
        }
    }

    static let words = [
        "steps", ".", "a", "b-c", "[", "]", "(", ")", "'x'", "\"y\"", "1", "2.5", "-", "+", "*", "/", "%", "!", "not",
        "and",
        "or", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "??", "?", ":", ",", "length", "lower", "null",
        "true", "${", "}",
        "$${", "\\", "'", " ", "é", "\u{0}",
    ]

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `Any text is an expression or an error, and any expression has a value or an error`(seed: UInt64) {
        var numbers = Numbers(state: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 0..<14, using: &numbers)
            let words = (0..<count).map { _ in Self.words.randomElement(using: &numbers) ?? "" }
            let text = words.joined(separator: Bool.random(using: &numbers) ? " " : "")
            check(text)
            let bytes = (0..<count * 3).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    private func check(_ text: String) {
        let scope = Scope(["steps": ["a": ["b-c": [1, "x", nil]]], "a": 1])
        do throws(ExpressionError) {
            let expression = try Expression(text)
            #expect((try? Expression(expression.normalText))?.normalText == expression.normalText)
            _ = try expression.value(in: scope)
        } catch {
            #expect(error.column >= 1 && error.column <= text.unicodeScalars.count + 1, "\(text): \(error)")
        }
        do throws(ExpressionError) { _ = try ValueTemplate(.string("x ${" + text)).value(in: scope) } catch {
            #expect(error.column >= 1 && error.column <= text.unicodeScalars.count + 5, "\(text): \(error)")
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `Printing an expression and reading it again changes nothing`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let scope = Scope(["a": 2, "b": "text", "c": [1, 2, 3], "d": ["e": 5]])
        for _ in 0..<300 {
            let text = made(depth: 4, &numbers)
            let expression = try Expression(text)
            let printed = try Expression(expression.normalText)
            #expect(printed.normalText == expression.normalText, "\(text)")
            #expect(outcome(expression, scope) == outcome(printed, scope), "\(text)")
            #expect(expression.references.map(\.path) == printed.references.map(\.path), "\(text)")
        }
    }

    private func outcome(_ expression: Expression, _ scope: Scope) -> String {
        do throws(ExpressionError) { return try expression.value(in: scope).text() } catch { return error.message }
    }

    private func made(depth: Int, _ numbers: inout Numbers) -> String {
        let atoms = [
            "1", "-2", "2.5", "null", "true", "'it\\'s'", "\"q\\n\"", "a", "b", "c[1]", "d.e", "d['e']", "no.x-y",
        ]
        guard depth > 0, Int.random(in: 0..<5, using: &numbers) > 0 else {
            return atoms.randomElement(using: &numbers) ?? "a"
        }
        func part() -> String { made(depth: depth - 1, &numbers) }
        switch Int.random(in: 0..<8, using: &numbers) {
        case 0: return "(" + part() + ")"
        case 1: return "!(" + part() + ")"
        case 2: return "(not " + part() + ")"
        case 3: return "(" + part() + " ? " + part() + " : " + part() + ")"
        case 4: return "[" + part() + "," + part() + "]"
        case 5: return "default(" + part() + ", " + part() + ")"
        case 6: return "-" + "(" + part() + ")"
        default:
            let symbols = ["+", "-", "*", "/", "%", "??", "&&", "or", "and", "||"]
            let comparisons = ["==", "!=", "<", ">=", "in", "not in"]
            guard Bool.random(using: &numbers) else {
                return "(\(part())) \(comparisons.randomElement(using: &numbers) ?? "==") (\(part()))"
            }
            return "(\(part())) \(symbols.randomElement(using: &numbers) ?? "+") (\(part()))"
        }
    }
}
