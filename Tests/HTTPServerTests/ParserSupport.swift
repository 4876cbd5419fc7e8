@testable import HTTPServer

/// What a parser says of bytes that are given to it in pieces.
enum Told: Equatable, Sendable {
    /// Method, target, fields, and whether the connection is to be kept.
    case head(String, String, [String], keepsAlive: Bool)
    /// A body's bytes, put together.
    case body(String)
    case end
    case refused(Status, String)

    static func refused(_ status: Int, _ message: String) -> Told {
        .refused(Status(rawValue: status), message)
    }
}

/// Gives bytes to a parser, cut at the places, as a connection does: what was not consumed is given again.
func told(_ bytes: [UInt8], cuts: [Int] = [], limits: ParserLimits = ParserLimits()) -> [Told] {
    var parser = RequestParser(limits)
    var told: [Told] = []
    var body: [UInt8] = []
    var pending: [UInt8] = []
    var start = 0
    for cut in cuts + [bytes.count] {
        pending += bytes[start..<cut]
        start = cut
        var place = 0
        // An allocation of the exact size, so that a tool that checks memory sees every byte read too far.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: pending.count)
        defer { copy.deallocate() }
        _ = copy.initialize(from: pending)
        reading: while true {
            let rest = UnsafeBufferPointer(rebasing: copy[place...])
            do throws(Refusal) {
                let (consumed, event) = try parser.next(rest)
                precondition(consumed >= 0 && consumed <= rest.count)
                place += consumed
                switch event {
                case .incomplete:
                    if consumed == 0 { break reading }
                case .head(let head):
                    told.append(
                        .head(
                            head.method.rawValue, head.target, head.headers.fields.map { "\($0.name)=\($0.value)" },
                            keepsAlive: head.keepsAlive))
                case .body(let range):
                    body += rest[range]
                case .end:
                    if !body.isEmpty { told.append(.body(String(decoding: body, as: UTF8.self))) }
                    body = []
                    told.append(.end)
                }
            } catch {
                if !body.isEmpty { told.append(.body(String(decoding: body, as: UTF8.self))) }
                return told + [.refused(error.status, error.message)]
            }
            if place == pending.count, parser.isInHead { break }
        }
        pending.removeFirst(place)
    }
    if !body.isEmpty { told.append(.body(String(decoding: body, as: UTF8.self))) }
    return told
}

func told(_ text: String, limits: ParserLimits = ParserLimits()) -> [Told] {
    told(Array(text.utf8), limits: limits)
}
