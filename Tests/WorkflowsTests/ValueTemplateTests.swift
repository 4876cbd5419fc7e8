import JSON
import Testing
import Workflows

struct ValueTemplateTests {
    let scope = Scope(["n": 3, "list": [1, "a"], "text": "x", "o": ["a": true], "nothing": nil])

    @Test(
        arguments: [
            (["a": 1], ["a": 1]), ("plain $ text", "plain $ text"), ("", ""),
            ("${n}", 3), (" ${n}", " 3"), ("${list}", [1, "a"]), ("v=${list} ${o}", "v=[1,\"a\"] {\"a\":true}"),
            ("[${nothing}]", "[]"), ("${nothing}", nil), ("$${n}", "${n}"), ("$${n} ${n}", "${n} 3"),
            ("$$${n}", "$${n}"),
            ("${'}' + text}", "}x"), ("${\"a\\\"}\"}", "a\"}"), ("${n}${n}", "33"),
            (["a": ["${n}", "b${text}"], "${n}": 1], ["a": [3, "bx"], "${n}": 1]),
        ] as [(JSONValue, JSONValue)])
    func `A template gives a value`(source: JSONValue, value: JSONValue) throws {
        #expect(try ValueTemplate(source).value(in: scope) == value)
    }

    @Test func `A value as text is JSON where it is no text`() throws {
        #expect(try ValueTemplate("${text}").text(in: scope) == "x")
        #expect(try ValueTemplate("${o}").text(in: scope) == "{\"a\":true}")
        #expect(try ValueTemplate("${nothing}").text(in: scope) == "")
    }

    @Test func `A fault says in which string and where`() {
        let source: JSONValue = ["with": ["x", "ab ${1 +}"]]
        let error = ExpressionError(
            column: 9, message: "the expression ends where a value is expected", path: JSONPointer(["with", "1"]))
        #expect(throws: error) { try ValueTemplate(source) }
        #expect(error.description == "the expression ends where a value is expected (at /with/1, column 9)")
    }

    @Test func `An expression that is not closed is told`() {
        let error = ExpressionError(
            column: 3, message: "'${' has no '}'; to write '${' itself, write '$${'", path: JSONPointer())
        #expect(throws: error) { try ValueTemplate("a ${n") }
    }

    @Test func `A fault of a value has its place too`() throws {
        let template = try ValueTemplate(["a": "b ${n + o}"])
        #expect(
            throws: ExpressionError(
                column: 7, message: "'+' cannot take 3 (a number) and {\"a\":true} (an object)",
                path: JSONPointer(["a"]))
        ) { try template.value(in: scope) }
    }

    @Test func `A template knows its expressions`() throws {
        let template = try ValueTemplate(["a": "b ${n} ${text}", "c": ["${o.a}"]])
        #expect(template.expressions.map(\.expression.source) == ["n", "text", "o.a"])
        #expect(template.expressions.map(\.column) == [5, 10, 3])
        #expect(template.expressions.map(\.path.description) == ["/a", "/a", "/c/0"])
        #expect(!template.isConstant)
    }
}
