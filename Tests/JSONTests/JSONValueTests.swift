import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func `Accessors give what the value is and nil otherwise`() {
        let value: JSONValue = ["n": 3, "d": 3.5, "w": 4.0, "s": "x", "b": true, "a": [1, nil], "z": nil]
        #expect(value["n"]?.intValue == 3)
        #expect(value["n"]?.doubleValue == 3)
        #expect(value["d"]?.intValue == nil)
        #expect(value["d"]?.doubleValue == 3.5)
        #expect(value["w"]?.intValue == 4)
        #expect(value["s"]?.stringValue == "x")
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [1, nil])
        #expect(value["a"]?[1] == .null)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["z"]?.isNull == true)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        #expect(value[0] == nil)
        #expect(value.objectValue?.count == 7)
        #expect(value["n"]?.stringValue == nil)
    }

    @Test func `A string literal can interpolate`() {
        #expect("run \(7)" as JSONValue == .string("run 7"))
    }

    @Test func `Integers, doubles and canonically equivalent strings are different values`() {
        #expect(JSONValue.integer(1) != .number(1))
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        #expect(JSONValue.bool(true) != .integer(1))
        #expect(JSONValue.null != false)
        #expect(Set<JSONValue>([1, 1.0, "1", true, nil, [1], ["1": 1], 1]).count == 7)
    }

    @Test(arguments: [
        (JSONPointer(), ""), (JSONPointer(["a", "0", "b"]), "/a/0/b"), (JSONPointer([""]), "/"),
        (JSONPointer(["m~n", "a/b", "~1"]), "/m~0n/a~1b/~01"),
    ])
    func `A pointer reads what it writes`(pointer: JSONPointer, text: String) {
        #expect(pointer.description == text)
        #expect(JSONPointer(parsing: text) == pointer)
    }

    @Test(arguments: ["a", "/~", "/~2", "a/b"])
    func `A pointer in another form is refused`(text: String) {
        #expect(JSONPointer(parsing: text) == nil)
    }

    @Test func `A pointer finds the value it names`() throws {
        let value: JSONValue = ["a": [["b/c": 1]], "": 2]
        #expect(value[JSONPointer().appending("a").appending(0).appending("b/c")] == 1)
        #expect(value[JSONPointer([""])] == 2)
        #expect(value[JSONPointer()] == value)
        for missing in ["/a/1", "/a/00", "/a/-", "/b", "/a/0/b~1c/x"] {
            #expect(value[try #require(JSONPointer(parsing: missing))] == nil)
        }
    }
}

@Suite struct JSONObjectTests {
    @Test func `Members keep their first place`() {
        var object: JSONObject = ["b": 1, "a": 2]
        object["c"] = 3
        object["b"] = 4
        #expect(object.map(\.key) == ["b", "a", "c"])
        #expect(object.values == [4, 2, 3])
        object["a"] = nil
        object.set(nil, for: "missing")
        object["n"] = .null
        #expect(object.keys == ["b", "c", "n"])
        #expect(object["n"] == .null)
        #expect(object.contains("n"))
        #expect(!object.contains("a"))
        #expect(object.last?.key == "n")
    }

    @Test func `The order of members does not count for equality`() {
        let one: JSONObject = ["a": 1, "b": ["x": 1, "y": 2]]
        let other: JSONObject = ["b": ["y": 2, "x": 1], "a": 1]
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "c": ["x": 1, "y": 2]])
        #expect(one != ["a": 1, "b": ["x": 1, "y": 3]])
    }

    @Test func `A large object behaves like a small one`() {
        var object = JSONObject()
        var model: [String: Int] = [:]
        var random = Seeded(7)
        for step in 0..<4000 {
            let key = "k\(Int.random(in: 0..<60, using: &random))"
            if Int.random(in: 0..<3, using: &random) == 0 {
                object[key] = nil
                model[key] = nil
            } else {
                object[key] = .integer(Int64(step))
                model[key] = step
            }
        }
        #expect(Dictionary(uniqueKeysWithValues: object.map { ($0.key, $0.value.intValue) }) == model.mapValues { $0 })
        #expect(model.allSatisfy { object[$0.key]?.intValue == $0.value })
        for key in object.keys { object[key] = nil }
        #expect(object.isEmpty)
    }
}
