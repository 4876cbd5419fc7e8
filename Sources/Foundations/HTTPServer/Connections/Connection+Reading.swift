import Synchronization

/// From bytes to requests.
extension Connection {
    func read() {
        guard interest.contains(.readable) else { return }
        if phase == .lingering {
            discard()
            return
        }
        for _ in 0..<Self.readsPerTurn {
            switch stream.read(into: loop.buffer) {
            case .moved(let count):
                received(UnsafeBufferPointer(rebasing: loop.buffer.bindMemory(to: UInt8.self)[..<count]))
                guard phase == .open, interest.contains(.readable) else { return }
                if count < loop.buffer.count, !stream.isEncrypted { return }
            case .blocked: return
            case .ended:
                peerFinished()
                return
            case .broken:
                vanish(reset: false)
                return
            }
        }
        if stream.isEncrypted { loop.readSoon(self) }
    }

    func received(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard phase == .open else { return }
        hasReceived = true
        deadlines.received(bytes.count)
        if deadlines.wait == .idle { wait(for: .head, limits.headTime) }
        if !isBodyDone, !isRaw, !isBodyStalled, deadlines.wait == nil { wait(for: .body, limits.bodyTime) }
        if buffered == 0 {
            let used = parse(bytes)
            if used < bytes.count, phase == .open { input.append(contentsOf: bytes[used...]) }
        } else {
            input.append(contentsOf: bytes)
            parseBuffered()
        }
        updateInterest()
    }

    func parseBuffered() {
        guard phase == .open, buffered > 0, exchange == nil || !isBodyDone, !isBodyStalled else { return }
        guard output.size < Self.outputMark else { return }
        if deadlines.wait == .idle || deadlines.wait == nil, parser.isInHead { wait(for: .head, limits.headTime) }
        // The bytes are taken out while they are read, so that nothing is copied and nobody changes them.
        var bytes = input
        input = []
        let used =
            inputStart + bytes.withUnsafeBufferPointer { parse(UnsafeBufferPointer(rebasing: $0[inputStart...])) }
        guard phase == .open, used < bytes.count else {
            inputStart = 0
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.readAhead)
            input = bytes
            return
        }
        inputStart = used
        if inputStart > bytes.count / 2 {
            bytes.removeFirst(inputStart)
            inputStart = 0
        }
        input = bytes
    }

    /// Reads requests as far as they go; gives how many bytes were used.
    func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        if isRaw {
            if !bytes.isEmpty, let bodyPipe, bodyPipe.push(Array(bytes)) { stallBody() }
            return bytes.count
        }
        var place = 0
        var lastHead: RequestHead?
        while phase == .open, !isInputBroken, exchange == nil || !isBodyDone {
            let rest = UnsafeBufferPointer(rebasing: bytes[place...])
            if rest.isEmpty, parser.isInHead { break }
            do throws(Refusal) {
                let (consumed, event) = try parser.next(rest)
                place += consumed
                switch event {
                case .incomplete:
                    if consumed == 0 { return place }
                case .head(let head):
                    lastHead = head
                    try begin(head, bytes, &place)
                case .body(let range):
                    let chunk = Array(UnsafeBufferPointer(rebasing: rest[range]))
                    if let bodyPipe, bodyPipe.push(chunk) { stallBody() }
                case .end:
                    endBody()
                }
            } catch {
                if exchange == nil {
                    refuse(error, lastHead)
                } else {
                    breakInput(error)
                }
                return bytes.count
            }
        }
        return isInputBroken ? bytes.count : place
    }

    /// The current exchange goes on with what is read as it comes.
    func becomeRaw(_ pipe: BodyPipe) {
        isRaw = true
        isBodyDone = false
        bodyPipe = pipe
        deadlines.stopWaiting()
        parseBuffered()
        updateInterest()
    }

    func begin(
        _ head: RequestHead, _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int
    ) throws(Refusal) {
        requestCount += 1
        core.requests.add(1, ordering: .relaxed)
        deadlines.stopWaiting()
        let exchange = Exchange(self, head)
        switch head.framing {
        case .none:
            _ = try parser.next(UnsafeBufferPointer(start: nil, count: 0))
            self.exchange = exchange
            exchange.run(Request(head: head, body: RequestBody(), connection: info), core)
        case .length(let length) where bytes.count - place >= length:
            let body = UnsafeBufferPointer(rebasing: bytes[place..<(place + length)])
            _ = try parser.next(body)
            _ = try parser.next(UnsafeBufferPointer(start: nil, count: 0))
            place += length
            self.exchange = exchange
            exchange.run(Request(head: head, body: RequestBody(Array(body)), connection: info), core)
        case .length(let length):
            if length > limits.body { throw .tooLarge(limit: limits.body) }
            beginBody(exchange, head, length)
        case .chunked:
            beginBody(exchange, head, nil)
        }
    }

    func beginBody(_ exchange: Exchange, _ head: RequestHead, _ length: Int?) {
        let asks = head.expectsContinue
        let pipe = BodyPipe { signal in
            switch signal {
            case .wanted: if asks { exchange.bodyWanted() }
            case .resume: exchange.onLoop { $0.resumeBody() }
            }
        }
        self.exchange = exchange
        bodyPipe = pipe
        isBodyDone = false
        // A client that waits for leave is not late before it has it.
        if !asks { wait(for: .body, limits.bodyTime) }
        exchange.run(Request(head: head, body: RequestBody(.pipe(pipe, length: length)), connection: info), core)
    }

    func endBody() {
        guard !isBodyDone else { return }
        isBodyDone = true
        deadlines.stopWaiting()
        bodyPipe?.finish()
        bodyPipe = nil
    }

    func stallBody() {
        isBodyStalled = true
        deadlines.stopWaiting()
    }

    /// The rest of the body is lost: whoever reads it learns why, and the connection ends behind the answer.
    func breakInput(_ refusal: Refusal) {
        core.refusedRequests.add(1, ordering: .relaxed)
        isInputBroken = true
        deadlines.stopWaiting()
        bodyPipe?.fail(refusal)
        bodyPipe = nil
        input = []
        inputStart = 0
        updateInterest()
    }

    /// Answers a request that no handler sees, and ends.
    func refuse(_ refusal: Refusal, _ head: RequestHead?) {
        core.refusedRequests.add(1, ordering: .relaxed)
        let response = core.configuration.refusalResponse(refusal, head)
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        var answer: [UInt8] = []
        ResponseWriter.head(
            response.status, response.headers, .length(body.count), .close, date: date, to: &answer)
        if head?.method != .head { answer.append(contentsOf: body) }
        send(answer)
        close()
    }
}
