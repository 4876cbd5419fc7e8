import WireFormats

/// A form with files in it, as browsers and SDKs send them; read strictly, in one pass.
struct MultipartForm: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        var name: String
        var fileName: String?
        var content: [UInt8]
    }

    private(set) var parts: [Part] = []

    func part(_ name: String) -> Part? { parts.first { $0.name == name } }
    func text(of name: String) -> String? { part(name).map { String(decoding: $0.content, as: UTF8.self) } }

    /// - Parameter type: the body's `content-type`, which has the boundary.
    init(_ body: [UInt8], type: String) throws(WireFault) {
        guard type.lowercased().hasPrefix("multipart/form-data"), let boundary = Self.value(of: "boundary", in: type),
            (1...70).contains(boundary.utf8.count)
        else { throw WireFault(.invalid, "", "expected a form: multipart/form-data with a boundary") }
        let mark = Array("--\(boundary)".utf8)
        let inner = Array("\r\n--\(boundary)".utf8)
        guard body.starts(with: mark) else {
            throw WireFault(.invalid, "", "the form does not begin with its boundary")
        }
        var place = mark.count
        while true {
            if body[place...].starts(with: Array("--".utf8)) { return }
            guard body[place...].starts(with: Array("\r\n".utf8)) else {
                throw WireFault(.invalid, "", "a boundary of the form is not followed by the end of its line")
            }
            guard let head = Self.find(Array("\r\n\r\n".utf8), in: body, from: place),
                let end = Self.find(inner, in: body, from: head + 4)
            else { throw WireFault(.invalid, "", "a part of the form has no end") }
            parts.append(
                try Self.part(String(decoding: body[place..<head], as: UTF8.self), Array(body[(head + 4)..<end])))
            place = end + inner.count
        }
    }

    private static func part(_ head: String, _ content: [UInt8]) throws(WireFault) -> Part {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard let name = value(of: "name", in: String(line)) else { continue }
            return Part(name: name, fileName: value(of: "filename", in: String(line)), content: content)
        }
        throw WireFault(.invalid, "", "a part of the form has no name")
    }

    /// The value of a parameter of a header, in quotes or without.
    private static func value(of name: String, in header: String) -> String? {
        for piece in header.split(separator: ";").dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].drop(while: { $0 == " " }).lowercased() == name else { continue }
            var value = pair[1]
            while value.last?.isWhitespace == true { value.removeLast() }
            if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 { value = value.dropFirst().dropLast() }
            return String(value)
        }
        return nil
    }

    /// Where the mark is next; linear, as its first byte is rare in what lies between.
    private static func find(_ mark: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard start <= body.count, let first = mark.first else { return nil }
        var place = start
        while let found = body[place...].firstIndex(of: first) {
            if body[found...].starts(with: mark) { return found }
            place = found + 1
        }
        return nil
    }
}
