import Conversation
import JSON

/// Answers made up from a seed: texts, thinking and tool calls in any order and any cut, calls mixed.
struct SeededPieces {
    private var random: Generator

    init(seed: UInt64) {
        random = Generator(state: seed)
    }

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    mutating func answer() -> [ModelEvent] {
        var pieces: [ModelEvent] = [.started(id: "id\(number(999))", model: "m"), .usage(Usage(input: 3))]
        var calls = 0
        var last = ""
        for _ in 0..<number(6) {
            switch number(3) {
            case 0:
                if last == "text" { pieces.append(.nextPart) }
                pieces += cut(text()).map(ModelEvent.text)
                last = "text"
            case 1 where last != "thinking":
                pieces += cut(text()).map(ModelEvent.thinking)
                if number(2) == 0 { pieces.append(.thinkingSignature("s\(number(9))")) }
                last = "thinking"
            case 2:
                pieces += self.calls(from: calls, count: 1 + number(3))
                calls += 4
                last = "calls"
            default: break
            }
        }
        pieces.append(.usage(Usage(input: 3, output: number(100))))
        let reasons: [StopReason] = calls > 0 ? [.toolUse, .maxTokens] : [.endOfTurn, .maxTokens]
        return pieces + [.stopped(reasons[number(2)])]
    }

    /// Calls whose fragments come mixed.
    private mutating func calls(from first: Int, count: Int) -> [ModelEvent] {
        var pieces: [ModelEvent] = []
        var waiting: [[ModelEvent]] = []
        for index in first..<first + count {
            pieces.append(.toolCallStarted(index: index, id: "call_\(index)", name: "tool\(number(3))"))
            if number(4) == 0 {
                pieces.append(.toolCallDetails(index: index, kind: .freeText, passthrough: nil))
                waiting.append(cut(text()).map { .toolCallFragment(index: index, json: $0) })
            } else {
                let json: JSONValue = number(4) == 0 ? [:] : ["a": .string(text()), "n": .integer(Int64(number(99)))]
                waiting.append(cut(json.text()).map { .toolCallFragment(index: index, json: $0) })
            }
        }
        while waiting.contains(where: { !$0.isEmpty }) {
            let place = number(waiting.count)
            if !waiting[place].isEmpty { pieces.append(waiting[place].removeFirst()) }
        }
        return pieces
    }

    private mutating func number(_ below: Int) -> Int { Int.random(in: 0..<max(1, below), using: &random) }

    private mutating func text() -> String {
        let words = ["a", "Hello ", "wörld", "\n\n", "\"quoted\"", "\\", "日本", "👩‍👩‍👧", " ", "{}", "\u{1}"]
        return (0...number(6)).map { _ in words[number(words.count)] }.joined()
    }

    /// A text in pieces, none of them empty.
    private mutating func cut(_ text: String) -> [String] {
        var rest = Array(text.unicodeScalars)
        var pieces: [String] = []
        while !rest.isEmpty {
            let count = 1 + number(rest.count)
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: rest.prefix(count))
            pieces.append(String(piece))
            rest.removeFirst(count)
        }
        return pieces
    }
}
