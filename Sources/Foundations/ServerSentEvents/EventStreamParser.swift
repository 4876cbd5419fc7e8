/// Reads a `text/event-stream` as WHATWG's HTML standard defines it, from chunks cut anywhere.
///
///     var parser = EventStreamParser()
///     for try await chunk in body { for event in try parser.push(chunk) { handle(event) } }
package struct EventStreamParser: Sendable {
    /// What to do with an event that the end of the stream cuts off.
    package enum IncompleteEvent: Sendable {
        /// As the standard asks for.
        case dropped
        /// For servers that leave out the last empty line; the last line may be cut short.
        case delivered
    }

    /// How long a line, and the data of an event, may be, in bytes.
    package let limit: Int
    /// The last id of the stream, to be sent as `Last-Event-ID` on reconnecting; kept by ``finish(incomplete:)``.
    package private(set) var lastEventID = ""
    /// The last reconnection time that the stream asked for; kept by ``finish(incomplete:)``.
    package private(set) var retry: Duration?

    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endedWithCarriageReturn = false
    private var failure: EventStreamError?

    private var hasFields = false
    private var name = ""
    private var data: [UInt8] = []
    private var eventRetry: Duration?

    package init(limit: Int = 16 << 20) {
        self.limit = limit
    }

    /// Whether something of an event has come whose end has not.
    package var hasPartialEvent: Bool { hasFields || !line.isEmpty }

    /// Takes the next bytes and gives the events that they complete, in order.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. When a limit is exceeded, the events completed by the same chunk are
    /// lost, and every later call throws the same error.
    package mutating func push(_ bytes: some Sequence<UInt8>) throws(EventStreamError) -> [ServerSentEvent] {
        if let failure { throw failure }
        var events: [ServerSentEvent] = []
        let direct: Void? = bytes.withContiguousStorageIfAvailable { read($0, &events) }
        if direct == nil { Array(bytes).withUnsafeBufferPointer { read($0, &events) } }
        if let failure { throw failure }
        return events
    }

    /// Ends the stream and makes the parser ready for the next one, as after reconnecting.
    package mutating func finish(incomplete: IncompleteEvent = .dropped) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        if incomplete == .delivered, failure == nil {
            if !line.isEmpty {
                let last = line
                last.withUnsafeBufferPointer { endLine($0, &events) }
            }
            if failure == nil { dispatch(&events) }
        }
        var next = EventStreamParser(limit: limit)
        next.lastEventID = lastEventID
        next.retry = retry
        self = next
        return events
    }

    private mutating func read(_ chunk: UnsafeBufferPointer<UInt8>, _ events: inout [ServerSentEvent]) {
        var start = 0
        if endedWithCarriageReturn, let first = chunk.first {
            endedWithCarriageReturn = false
            if first == UInt8(ascii: "\n") { start = 1 }
        }
        var place = start
        while place < chunk.count {
            let byte = chunk[place]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                place += 1
                continue
            }
            let rest = UnsafeBufferPointer(rebasing: chunk[start..<place])
            if line.isEmpty {
                endLine(rest, &events)
            } else {
                line.append(contentsOf: rest)
                let whole = line
                line.removeAll()
                whole.withUnsafeBufferPointer { endLine($0, &events) }
            }
            guard failure == nil else { return }
            place += 1
            if byte == UInt8(ascii: "\r") {
                if place == chunk.count {
                    endedWithCarriageReturn = true
                } else if chunk[place] == UInt8(ascii: "\n") {
                    place += 1
                }
            }
            start = place
        }
        line.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[start...]))
        if line.count > limit { failure = EventStreamError(.lineTooLarge, limit: limit) }
    }

    private mutating func endLine(_ bytes: UnsafeBufferPointer<UInt8>, _ events: inout [ServerSentEvent]) {
        var line = bytes
        guard line.count <= limit else {
            failure = EventStreamError(.lineTooLarge, limit: limit)
            return
        }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeBufferPointer(rebasing: line.dropFirst(3)) }
        }
        guard !line.isEmpty else {
            dispatch(&events)
            return
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            field(line, UnsafeBufferPointer(rebasing: line[line.endIndex...]))
            return
        }
        guard colon > 0 else { return }
        var value = line[(colon + 1)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        field(UnsafeBufferPointer(rebasing: line[..<colon]), UnsafeBufferPointer(rebasing: value))
    }

    private mutating func field(_ field: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        hasFields = true
        if field.elementsEqual("data".utf8) {
            guard data.count + value.count <= limit else {
                failure = EventStreamError(.eventTooLarge, limit: limit)
                return
            }
            data.append(contentsOf: value)
            data.append(UInt8(ascii: "\n"))
        } else if field.elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        } else if field.elementsEqual("id".utf8) {
            if !value.contains(0) { lastEventID = String(decoding: value, as: UTF8.self) }
        } else if field.elementsEqual("retry".utf8) {
            let isNumber = !value.isEmpty && value.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            if isNumber, let milliseconds = Int64(String(decoding: value, as: UTF8.self)) {
                retry = .milliseconds(milliseconds)
                eventRetry = retry
            }
        }
    }

    private mutating func dispatch(_ events: inout [ServerSentEvent]) {
        if !data.isEmpty {
            let text = String(decoding: data.dropLast(), as: UTF8.self)
            events.append(
                ServerSentEvent(
                    name: name.isEmpty ? "message" : name, data: text, id: lastEventID.isEmpty ? nil : lastEventID,
                    retry: eventRetry))
        }
        hasFields = false
        name = ""
        data.removeAll(keepingCapacity: true)
        eventRetry = nil
    }
}
