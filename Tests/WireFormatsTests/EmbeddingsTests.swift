import Conversation
import JSON
import Testing
import WireFormats

@Suite struct EmbeddingsTests {
    @Test(arguments: [
        #"{"model":"m","input":["a","b"],"encoding_format":"base64","dimensions":3,"user":"u"}"#,
        #"{"model":"m","input":[[1,2],[3]]}"#, #"{"model":"m","input":["a"],"task":"search","deep":{"x":[1]}}"#,
    ])
    func `The same API gets what its client sent`(_ text: String) throws {
        let body = try JSONValue(parsing: text)
        let served = try OpenAIEmbeddings.request(from: body)
        #expect(OpenAIEmbeddings.body(of: served.request, encoding: served.encoding) == body)
        #expect(try JSONCoding.decode(EmbeddingRequest.self, from: JSONCoding.encode(served.request)) == served.request)
    }

    @Test(arguments: [
        (#"{"model":"m","input":"a"}"#, EmbeddingRequest.Input.texts(["a"])),
        (#"{"model":"m","input":["a",""]}"#, .texts(["a", ""])), (#"{"model":"m","input":[1,2]}"#, .tokens([[1, 2]])),
        (#"{"model":"m","input":[[1],[2,3]]}"#, .tokens([[1], [2, 3]])),
    ])
    func `Texts and tokens are read in each of their forms`(_ text: String, _ input: EmbeddingRequest.Input) throws {
        let served = try OpenAIEmbeddings.request(from: JSONValue(parsing: text))
        #expect(served == .init(EmbeddingRequest(model: "m", input: input), encoding: .float))
    }

    @Test(arguments: [
        (#"7"#, "", "expected an object, got 7"), (#"{"input":"a"}"#, "model", "the field is missing"),
        (#"{"model":"m"}"#, "input", "the field is missing"),
        (
            #"{"model":"m","input":[]}"#, "input",
            "expected a string, an array of strings, or an array of tokens, got an empty array"
        ),
        (
            #"{"model":"m","input":{}}"#, "input",
            "expected a string, an array of strings, or an array of tokens, got an empty object"
        ),
        (#"{"model":"m","input":["a",1]}"#, "input[1]", "expected a string, got 1"),
        (#"{"model":"m","input":[1,"a"]}"#, "input[1]", "expected a token, got \"a\""),
        (#"{"model":"m","input":[[1],[]]}"#, "input[1]", "expected an array of tokens, got an empty array"),
        (#"{"model":"m","input":[[1],[2,-3]]}"#, "input[1][1]", "expected a token, got -3"),
        (
            #"{"model":"m","input":"a","encoding_format":"hex"}"#, "encoding_format",
            #"expected "float" or "base64", got "hex""#
        ),
        (#"{"model":"m","input":"a","dimensions":0}"#, "dimensions", "expected at least 1, got 0"),
    ])
    func `What is wrong is said with its place`(_ text: String, _ path: String, _ problem: String) throws {
        let body = try JSONValue(parsing: text)
        #expect(throws: WireFault(.invalid, path, problem)) { try OpenAIEmbeddings.request(from: body) }
    }

    @Test func `Too many texts are refused`() {
        let body: JSONValue = ["model": "m", "input": .array(Array(repeating: "a", count: 2_049))]
        #expect(throws: WireFault(.invalid, "input", "expected at most 2048 texts, got 2049")) {
            try OpenAIEmbeddings.request(from: body)
        }
    }

    @Test func `Answers are written as floats and in Base64, and read again bit by bit`() throws {
        let floats: [[Float]] = [
            [0.1, -1, 3.402_823_5e38], [1.401_298_5e-45, 0, 0.333_333_34],
        ]
        let reply = EmbeddingReply(model: "m", vectors: floats, usage: Usage(input: 5))
        let float = OpenAIEmbeddings.body(of: reply, encoding: .float, model: "alias")
        #expect(float["data"]?[0]?["embedding"] == [0.1, -1.0, 3.402_823_5e38])
        #expect(float["model"] == "alias")
        #expect(float["usage"] == ["prompt_tokens": 5, "total_tokens": 5])
        // AAAAPw== is the half.
        let half = OpenAIEmbeddings.body(
            of: EmbeddingReply(model: "m", vectors: [[0.5]], usage: .zero), encoding: .base64)
        #expect(half["data"]?[0]?["embedding"] == "AAAAPw==")
        for encoding in [OpenAIEmbeddings.Encoding.float, .base64] {
            let body = try JSONValue(parsing: OpenAIEmbeddings.body(of: reply, encoding: encoding).text())
            #expect(try OpenAIEmbeddings.reply(from: body) == reply)
        }
    }

    @Test func `Any float goes through both encodings unchanged`() throws {
        var state: UInt64 = 11
        let vector: [Float] = (0..<5_000).compactMap { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
            return number.isFinite ? number : nil
        }
        let reply = EmbeddingReply(model: "m", vectors: [vector], usage: .zero)
        for encoding in [OpenAIEmbeddings.Encoding.float, .base64] {
            let text = OpenAIEmbeddings.body(of: reply, encoding: encoding).text()
            #expect(try OpenAIEmbeddings.reply(from: JSONValue(parsing: text)) == reply)
        }
    }

    @Test func `Vectors come in the order of their indices`() throws {
        let body: JSONValue = [
            "data": [["index": 1, "embedding": [2]], ["index": 0, "embedding": [1.5]]], "model": "m",
            "usage": ["total_tokens": 4],
        ]
        #expect(
            try OpenAIEmbeddings.reply(from: body)
                == EmbeddingReply(model: "m", vectors: [[1.5], [2]], usage: Usage(input: 4)))
    }

    @Test(arguments: [
        (#"{}"#, "data", "the field is missing"), (#"{"data":[{}]}"#, "data[0].embedding", "the field is missing"),
        (#"{"data":[{"embedding":["x"]}]}"#, "data[0].embedding[0]", "expected a number, got \"x\""),
        (
            #"{"data":[{"embedding":"AAA"}]}"#, "data[0].embedding",
            "expected 32-bit floats in Base64, got \"AAA\""
        ),
        (
            #"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}"#, "data[1]",
            "expected each index once, and a vector that is not empty"
        ),
        (
            #"{"data":[{"index":4,"embedding":[1]}]}"#, "data[0]",
            "expected each index once, and a vector that is not empty"
        ),
    ])
    func `An answer that makes no sense is refused`(_ text: String, _ path: String, _ problem: String) throws {
        let body = try JSONValue(parsing: text)
        #expect(throws: WireFault(.invalid, path, problem)) { try OpenAIEmbeddings.reply(from: body) }
    }

    @Test func `Ollama takes texts and gives their vectors`() throws {
        let request = EmbeddingRequest(model: "nomic", input: .texts(["a", "b"]), dimensions: 2)
        #expect(
            try OllamaEmbeddings.body(of: request) == ["model": "nomic", "input": ["a", "b"], "dimensions": 2])
        let body: JSONValue = ["model": "nomic", "embeddings": [[0.5, 1], [2, 3]], "prompt_eval_count": 7]
        #expect(
            try OllamaEmbeddings.reply(from: body)
                == EmbeddingReply(model: "nomic", vectors: [[0.5, 1], [2, 3]], usage: Usage(input: 7)))
        #expect(
            throws: WireFault(.unsupported, "input", "Ollama takes texts, not tokens; send the texts themselves")
        ) { try OllamaEmbeddings.body(of: EmbeddingRequest(model: "m", input: .tokens([[1]]))) }
        #expect(throws: WireFault(.invalid, "embeddings", "the field is missing")) {
            try OllamaEmbeddings.reply(from: [:])
        }
    }

    @Test(
        arguments: [
            ("", []), ("QQ==", [65]), ("QQ", [65]), ("QUI=", [65, 66]), ("QUJD", [65, 66, 67]), ("/+8=", [255, 239]),
        ] as [(String, [UInt8])])
    func `Base64 is read with and without its padding`(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64.bytes(text) == bytes)
    }

    @Test(arguments: ["Q", "Q===", "QQ=", "Q Q=", "QQ==QQ==", "Ü", "=", "===="])
    func `What is no Base64 is not read`(_ text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
