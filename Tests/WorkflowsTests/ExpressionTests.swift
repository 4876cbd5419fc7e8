import JSON
import Testing
import Workflows

struct ExpressionTests {
    static let scope = Scope([
        "inputs": ["name": "Ada", "count": 3, "list": ["a", "b", "c"], "flag": true, "dry-run": false],
        "steps": [
            "final-check": ["outputs": ["proven": true]],
            "build": ["outputs": ["exit_code": 0, "text": "ok\n", "data": ["x": [1, 2.5]]]],
        ],
        "big": .integer(.max),
    ])

    @Test(
        arguments: [
            ("null", nil), ("1", 1), ("1.5", 1.5), ("1e2", 100.0), ("'it\\'s'", "it's"), ("\"a\\u0041\"", "aA"),
            ("inputs.name", "Ada"), ("inputs['name']", "Ada"), ("inputs.dry-run", false),
            ("inputs.nothing.at.all", nil),
            ("nobody", nil), ("inputs.list[0]", "a"), ("inputs.list[-1]", "c"), ("inputs.list[9]", nil),
            ("steps.final-check.outputs.proven", true), ("steps.build.outputs.data.x[1]", 2.5),
            ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("7 / 2", 3.5), ("6 / 2", 3), ("7 % 4", 3), ("-7 % 4", -3),
            ("2 - -1", 3),
            ("10 - 4 - 3", 3), ("big + 1", 9_223_372_036_854_775_808.0),
            ("'a' + 1", "a1"), ("true + '!'", "true!"), ("[1] + [2]", [1, 2]),
            ("1 == 1.0", true), ("'1' == 1", false), ("[1, 2] == [1.0, 2]", true), ("null == inputs.nothing", true),
            ("1 < 2", true), ("'a' < 'b'", true), ("2 >= 2.5", false), ("'é' != 'e'", true),
            ("'a' in inputs.list", true), ("'x' not in inputs.list", true), ("'d' in 'Ada'", true),
            ("'name' in inputs", true),
            ("1 in null", false),
            ("!true", false), ("not 1 == 2", true), ("!inputs.list", false), ("true && false || true", true),
            ("true and not false", true), ("false or 'x'", true), ("false && 1 / 0", false), ("true || 1 / 0", true),
            ("inputs.nothing ?? 'x'", "x"), ("inputs.nothing ?? 0 == 0", true), ("0 ?? 1", 0),
            ("inputs.count > 2 ? 'many' : 'few'", "many"), ("false ? 1 : true ? 2 : 3", 2),
            ("[1, 'a', null]", [1, "a", nil]),
            ("[]", []),
        ] as [(String, JSONValue)])
    func `An expression has a value`(source: String, value: JSONValue) throws {
        #expect(try Expression(source).value(in: Self.scope) == value)
    }

    @Test(
        arguments: [
            ("length('añb')", 3), ("length([1, 2])", 2), ("length(null)", 0), ("length(inputs)", 5),
            ("contains('abab', 'ba')", true), ("contains([1], 1.0)", true), ("contains(null, 1)", false),
            ("starts_with('feature/x', 'feature/')", true), ("ends_with('a.md', '.md')", true),
            ("ends_with('d', '.md')", false),
            ("lower('AB')", "ab"), ("upper('ab')", "AB"), ("trim('  a b \\n')", "a b"), ("trim('  ')", ""),
            ("join(['a', 1, null])", "a, 1, "), ("join(inputs.list, '')", "abc"),
            ("split('a,b,,c', ',')", ["a", "b", "", "c"]),
            ("split('aaa', 'aa')", ["", "a"]), ("without([1, 'a', 2], [2.0, 'b'])", [1, "a"]),
            ("without([1], null)", [1]), ("map(from_json('[{\"a\":{\"b\":1}},2]'), 'a.b')", [1, nil]),
            ("keys(inputs)[0]", "name"), ("first([])", nil), ("last([1, 2])", 2),
            ("default('', 'x')", "x"), ("default(0, 'x')", 0), ("from_json('{\"a\": [1]}').a[0]", 1),
            ("to_json([1, 'a'])", "[1,\"a\"]"), ("number(' 12 ')", 12), ("number('1.5')", 1.5), ("number(3)", 3),
            ("string(1)", "1"), ("string(null)", ""), ("string([1])", "[1]"), ("string('a')", "a"),
            ("matches('src/a.swift', 'src/*.swift')", true), ("matches('ab', 'a?')", true),
            ("matches('abc', 'a?')", false),
            ("matches('', '*')", true), ("matches('aXbXc', '*X*c')", true), ("matches('mississippi', '*sip*')", true),
            ("quote('it\\'s')", "'it'\\''s'"), ("quote(['a b', 1])", "'a b' '1'"), ("quote('')", "''"),
        ] as [(String, JSONValue)])
    func `A function gives a value`(source: String, value: JSONValue) throws {
        #expect(try Expression(source).value(in: Self.scope) == value)
    }

    @Test(arguments: [
        ("", 1, "the expression is empty"),
        ("1 +", 4, "the expression ends where a value is expected"),
        ("a = 1", 3, "'=' means nothing here; equality is written '=='"),
        (
            "a | b", 3,
            "'|' means nothing here; write '||' or 'or'; there are no pipes, functions are called as lower(x)"
        ),
        ("'abc", 1, "this text has no ' at its end"),
        ("'\\q'", 2, "\\q is no escape; \\n, \\t, \\r, \\\\, \\', \\\" and \\uXXXX are"),
        ("lenght(1)", 1, "there is no function 'lenght'; did you mean 'length'?"),
        ("lower(1, 2)", 1, "lower takes 1 value, not 2: lower(text)"),
        ("a < b < c", 7, "'<' follows another comparison; join the two with 'and', or use parentheses"),
        ("(1", 3, "the expression ends where ')' is expected"),
        ("a b", 3, "'b' stands where the end of the expression is expected"),
        ("a.'b'", 3, "'b' stands where a member's name is expected"),
        ("12ab", 3, "'a' stands right behind the number 12"),
        ("[1, 2", 6, "the expression ends where ',' or ']' is expected"),
    ])
    func `What is no expression is told with its column`(source: String, column: Int, message: String) {
        #expect(throws: ExpressionError(column: column, message: message)) { try Expression(source) }
    }

    @Test(arguments: [
        ("1 + null", 3, "'+' cannot take 1 (a number) and null (null)"),
        ("'a' < 1", 5, "'<' cannot take 'a' (a text) and 1 (a number)"),
        ("1 / 0", 3, "1 / 0 has no value"),
        ("1.5 % 0", 5, "1.5 % 0 has no value"),
        ("-'a'", 1, "'-' needs a number, not a text"),
        ("inputs.name.first", 1, "'first' is a member of an object, and here it is asked of a text"),
        ("inputs.list['a' + 'b']", 1, "['ab'] cannot be asked of a list"),
        ("1 in 2", 3, "'in' cannot take 1 (a number) and 2 (a number)"),
        ("lower(inputs.count)", 1, "lower needs a text, not 3 (a number)"),
        ("split('a', 1)", 1, "split needs a text as its second value, not 1 (a number)"),
        ("number('x')", 1, "number needs a number written as text, not 'x' (a text)"),
        ("split('a', '')", 1, "split needs a text to split by, and it is empty"),
        ("1e308 * 10", 7, "the result of '*' is too large"),
    ])
    func `What has no value is told with its operation and operands`(source: String, column: Int, message: String)
        throws
    {
        let expression = try Expression(source)
        #expect(throws: ExpressionError(column: column, message: message)) { try expression.value(in: Self.scope) }
    }

    @Test func `References are the paths that are written out`() throws {
        let expression = try Expression("steps.a-b.outputs.x[0] + f[inputs['n m'].k] ?? steps['c'].y && length(task)")
        #expect(
            expression.references.map(\.path) == [
                ["steps", "a-b", "outputs", "x", "0"], ["f"], ["inputs", "n m", "k"], ["steps", "c", "y"], ["task"],
            ])
        #expect(expression.references.map(\.column) == [1, 26, 28, 48, 71])
        #expect(expression.references.map(\.isOpen) == [false, true, false, false, false])
    }

    @Test(arguments: ["null", "false", "0", "0.0", "''", "[]", "nobody"])
    func `Nothing, zero and empty do not hold`(source: String) throws {
        #expect(try !Expression(source).holds(in: Self.scope))
    }

    @Test(arguments: [
        String(repeating: "(", count: 1_000), String(repeating: "[", count: 4_000),
        String(repeating: "!", count: 4_000) + "1",
        String(repeating: "a?b:", count: 1_000) + "c", "1" + String(repeating: "+1", count: 2_000),
        "a" + String(repeating: ".a", count: 2_000), String(repeating: "not ", count: 1_000) + "1",
        String(repeating: "lower(", count: 600), String(repeating: "x", count: 5_000),
    ])
    func `Depth and size are bounded`(source: String) {
        #expect(throws: ExpressionError.self) { try Expression(source) }
    }

    @Test func `Sixty-four levels are taken`() throws {
        #expect(try Expression("1" + String(repeating: "+1", count: 63)).value(in: Scope()) == 64)
        #expect(throws: ExpressionError.self) { try Expression("1" + String(repeating: "+1", count: 64)) }
    }

    @Test func `A text cannot be multiplied beyond measure`() throws {
        let scope = Scope([
            "x": .string(String(repeating: "x", count: 1 << 20)), "l": .array(Array(repeating: "", count: 100)),
        ])
        #expect(throws: ExpressionError(column: 1, message: "the text would be larger than 8 MB")) {
            try Expression("join(l, x)").value(in: scope)
        }
    }

    @Test func `An expression survives coding`() throws {
        let expression = try Expression("a.b == 1")
        #expect(try JSONCoding.decode(Expression.self, from: JSONCoding.encode(expression)) == expression)
    }
}
