package import HTTPServer

/// Reads the responses that a server wrote on a connection, by code that the server does not use.
package enum ResponseReader {
    package struct Malformed: Error, CustomStringConvertible {
        package let description: String
    }

    /// Fields that only the wire has, and which are left out of what is read.
    private static let framing = ["content-length", "transfer-encoding", "connection", "date"]

    /// The only response in the bytes, which end where the connection did.
    package static func read(_ bytes: [UInt8], isHead: Bool = false) throws -> CollectedResponse {
        let (response, end) = try read(bytes[...], isHead: isHead)
        guard end == bytes.count else { throw Malformed(description: "bytes follow the response") }
        return response
    }

    /// All responses in the bytes, none of them to a `HEAD`.
    package static func readAll(_ text: String) throws -> [CollectedResponse] {
        let bytes = Array(text.utf8)
        var responses: [CollectedResponse] = []
        var place = 0
        while place < bytes.count {
            let (response, end) = try read(bytes[place...], isHead: false)
            responses.append(response)
            place = end
        }
        return responses
    }

    private static func read(_ bytes: ArraySlice<UInt8>, isHead: Bool) throws -> (CollectedResponse, Int) {
        var lines: [String] = []
        var place = bytes.startIndex
        while let line = line(bytes, &place), !line.isEmpty { lines.append(line) }
        let first = lines.first ?? ""
        guard first.hasPrefix("HTTP/1.1 "), let code = Int(first.dropFirst(9).prefix(3)) else {
            throw Malformed(description: "no response: '\(String(decoding: bytes, as: UTF8.self))'")
        }
        var fields: [(String, String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(description: "no field: \(line)") }
            fields.append((line[..<colon].lowercased(), String(line[line.index(colon, offsetBy: 2)...])))
        }
        let wire = HeaderFields(fields)
        var isComplete = true
        var body: [UInt8] = []
        if isHead || code == 204 || code == 304 || code < 200 {
            // None.
        } else if wire["transfer-encoding"] == "chunked" {
            isComplete = false
            while let line = line(bytes, &place), let size = Int(line, radix: 16), bytes.endIndex - place >= size + 2 {
                body += bytes[place..<(place + size)]
                place += size + 2
                if size == 0 {
                    isComplete = true
                    break
                }
            }
        } else {
            let length = wire["content-length"].flatMap { Int($0) } ?? (bytes.endIndex - place)
            let end = min(place + length, bytes.endIndex)
            isComplete = end - place == length
            body = Array(bytes[place..<end])
            place = end
        }
        let response = CollectedResponse(
            status: Status(rawValue: code), headers: HeaderFields(fields.filter { !framing.contains($0.0) }),
            body: body, isComplete: isComplete)
        return (response, isComplete ? place : bytes.endIndex)
    }

    private static func line(_ bytes: ArraySlice<UInt8>, _ place: inout Int) -> String? {
        guard let end = bytes[place...].firstIndex(of: UInt8(ascii: "\n")), end > place else { return nil }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<(end - 1)], as: UTF8.self)
    }
}
