/// One accepted connection: reads requests one after the other and lets the handler answer them.
///
/// Confined to its thread.
final class LoopbackConnection {
    let socket: LoopbackSocket
    private let number: Int
    private var buffer: [UInt8] = []
    private var isPeerClosed = false

    init(_ socket: LoopbackSocket, number: Int) {
        self.socket = socket
        self.number = number
    }

    func serve(_ seen: (LoopbackRequest) -> Void, _ handler: (LoopbackRequest, LoopbackExchange) -> Void) {
        while let request = nextRequest() {
            seen(request)
            let exchange = LoopbackExchange(self, isHead: request.method == "HEAD")
            handler(request, exchange)
            if exchange.state == .idle { exchange.respond(500, body: "the handler did not answer") }
            guard exchange.state == .answered, request.headers["connection"]?.lowercased() != "close" else { break }
        }
        socket.close()
    }

    @discardableResult
    func waitForPeerClose(timeout: Duration?) -> Bool {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        while !isPeerClosed {
            let rest = deadline.map { ContinuousClock.now.duration(to: $0) / .milliseconds(1) } ?? -1
            let milliseconds = deadline == nil ? -1 : Int32(max(0, rest.rounded(.up)))
            guard socket.waitToRead(milliseconds: milliseconds) == .ready else { return false }
            fill()
        }
        return true
    }

    private func fill() {
        if let bytes = socket.read() {
            buffer += bytes
        } else {
            isPeerClosed = true
        }
    }

    private func nextRequest() -> LoopbackRequest? {
        while true {
            if let end = endOfHead() {
                return request(head: Array(buffer[..<end]), bodyStart: end + 4)
            }
            guard !isPeerClosed else { return nil }
            fill()
        }
    }

    private func request(head: [UInt8], bodyStart: Int) -> LoopbackRequest? {
        guard let (_, headers) = LoopbackRequest.parse(head: head) else { return nil }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if headers["expect"]?.lowercased() == "100-continue" {
            guard socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), blocked: {}) else { return nil }
        }
        while buffer.count < bodyStart + length {
            guard !isPeerClosed else { return nil }
            fill()
        }
        let body = Array(buffer[bodyStart..<bodyStart + length])
        buffer.removeFirst(bodyStart + length)
        return LoopbackRequest(head: head, body: body, connection: number)
    }

    private func endOfHead() -> Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...buffer.count - 4).first { start in
            buffer[start] == 13 && buffer[start + 1] == 10 && buffer[start + 2] == 13 && buffer[start + 3] == 10
        }
    }
}
