import JSON
import Testing

@Suite struct JSONCodingTests {
    struct Inner: Codable, Hashable {
        var z: Int
        var a: [Double]
        var note: String?
    }

    enum Level: String, Codable, Hashable { case low, high }

    enum Shape: Codable, Hashable {
        case dot
        case circle(radius: Double)
        case label(String, bold: Bool)
    }

    struct Outer: Codable, Hashable {
        var name: String
        var inner: Inner
        var extra: JSONValue
        var members: JSONObject
        var level: Level
        var shapes: [Shape]
        var table: [String: UInt8]
        var byNumber: [Int: Bool]
        var maybe: [Int?]
        var f: Float
        var absent: Inner?
    }

    static let outer = Outer(
        name: "n", inner: Inner(z: 1, a: [0.5, 2], note: nil), extra: ["y": [1, nil, 2.5], "b": nil],
        members: ["q": 1, "p": 2], level: .high, shapes: [.dot, .circle(radius: 1.5), .label("x", bold: true)],
        table: ["k": 255], byNumber: [7: true], maybe: [1, nil, 3], f: 0.1, absent: nil)
    static let outerText = """
        {"name":"n","inner":{"z":1,"a":[0.5,2.0]},"extra":{"y":[1,null,2.5],"b":null},"members":{"q":1,"p":2},\
        "level":"high","shapes":[{"dot":{}},{"circle":{"radius":1.5}},{"label":{"_0":"x","bold":true}}],\
        "table":{"k":255},"byNumber":{"7":true},"maybe":[1,null,3],"f":0.1}
        """

    @Test func `A value is encoded with its members in their declared order`() throws {
        #expect(try JSONCoding.encode(Self.outer).text() == Self.outerText)
    }

    @Test func `A value is decoded as it was encoded`() throws {
        #expect(try JSONCoding.decode(Outer.self, from: try JSONValue(parsing: Self.outerText)) == Self.outer)
    }

    @Test func `Values without containers are coded as themselves`() throws {
        #expect(try JSONCoding.encode(3) == 3)
        #expect(try JSONCoding.encode("x") == "x")
        #expect(try JSONCoding.encode(Int?.none) == .null)
        #expect(try JSONCoding.encode([Int]()) == [])
        #expect(try JSONCoding.encode([String: Int]()) == [:])
        #expect(try JSONCoding.encode(JSONValue.null) == .null)
        #expect(try JSONCoding.decode(Int?.self, from: .null) == nil)
        #expect(try JSONCoding.decode(from: 3.0) == 3)
        #expect(try JSONCoding.decode(Double.self, from: 3) == 3)
        #expect(try JSONCoding.decode(JSONValue.self, from: ["b": 1, "a": 2]).text() == #"{"b":1,"a":2}"#)
        #expect(try JSONCoding.decode(UInt64.self, from: .integer(.max)) == UInt64(Int64.max))
    }

    @Test(
        arguments: [
            (
                ["z": "1", "a": []], .typeMismatch, ["z"],
                "/z: expected an integer from -9223372036854775808 to 9223372036854775807, found \"1\""
            ),
            (["a": []], .missingValue, [], "the value: the member \"z\" is missing"),
            (["z": 1, "a": [1, [2]]], .typeMismatch, ["a", "1"], "/a/1: expected a number, found an array of 1"),
            (["z": 1, "a": ["b": 1]], .typeMismatch, ["a"], "/a: expected an array, found an object"),
            (["z": 1, "a": [], "note": 5], .typeMismatch, ["note"], "/note: expected a string, found 5"),
            ([], .typeMismatch, [], "the value: expected an object, found an empty array"),
            (
                ["z": 1.5, "a": []], .typeMismatch, ["z"],
                "/z: expected an integer from -9223372036854775808 to 9223372036854775807, found 1.5"
            ),
        ] as [(JSONValue, JSONError.Code, [String], String)])
    func `A wrong value is told with its path`(
        value: JSONValue, code: JSONError.Code, path: [String], message: String
    ) {
        #expect(throws: JSONError(code, message, path: JSONPointer(path))) {
            try JSONCoding.decode(Inner.self, from: value)
        }
    }

    @Test func `Integers are checked for their range`() {
        #expect(
            throws: JSONError(
                .typeMismatch, "/1: expected an integer from 0 to 255, found 256", path: JSONPointer(["1"]))
        ) { try JSONCoding.decode([UInt8].self, from: [255, 256]) }
        #expect(
            throws: JSONError(.notEncodable, "/0: 18446744073709551615 has no form in JSON", path: JSONPointer(["0"]))
        ) { try JSONCoding.encode([UInt64.max]) }
        #expect(throws: JSONError(.notEncodable, "the value: nan has no form in JSON", path: JSONPointer())) {
            try JSONCoding.encode(Double.nan)
        }
    }

    @Test func `An unknown case is told with its path`() throws {
        let error = try #require(throws: JSONError.self) {
            try JSONCoding.decode([String: Level].self, from: ["a/b": "middle"])
        }
        #expect(error.code == .invalidValue)
        #expect(error.path == JSONPointer(["a/b"]))
        #expect(error.message.hasPrefix("/a~1b: "))
        #expect(error.message.contains("middle"))
        let shape = try #require(throws: JSONError.self) { try JSONCoding.decode(Shape.self, from: ["cube": [:]]) }
        #expect(shape.code == .typeMismatch)
    }

    class Base: Codable {
        var id = 1
    }

    final class Derived: Base {
        var name = ""

        enum Keys: CodingKey { case name, list, deep, base }

        init(name: String) {
            super.init()
            self.name = name
        }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            name = try container.decode(String.self, forKey: .name)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            let first = try list.nestedContainer(keyedBy: Keys.self).decode(Int.self, forKey: .deep)
            var second = try list.nestedUnkeyedContainer()
            #expect(try second.decode(Int.self) == first + 1)
            #expect(second.isAtEnd)
            #expect(try list.decodeNil())
            #expect(list.count == 3 && list.currentIndex == 3)
            #expect(throws: DecodingError.self) { try list.decode(Int.self) }
            try super.init(from: container.superDecoder(forKey: .base))
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(name, forKey: .name)
            var list = container.nestedUnkeyedContainer(forKey: .list)
            var first = list.nestedContainer(keyedBy: Keys.self)
            try first.encode(1, forKey: .deep)
            var second = list.nestedUnkeyedContainer()
            try second.encode(2)
            try list.encodeNil()
            #expect(list.count == 3)
            try super.encode(to: container.superEncoder(forKey: .base))
        }
    }

    @Test func `Nested containers and superclasses are coded in place`() throws {
        let value = try JSONCoding.encode(Derived(name: "x"))
        #expect(value.text() == #"{"name":"x","list":[{"deep":1},[2],null],"base":{"id":1}}"#)
        let decoded = try JSONCoding.decode(Derived.self, from: value)
        #expect(decoded.name == "x")
        #expect(decoded.id == 1)
    }
}
