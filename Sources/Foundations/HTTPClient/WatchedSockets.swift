import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The sockets that curl waits for, with the one end of a pipe by which other threads end the wait.
struct WatchedSockets {
    /// A socket, and in curl's words what it is ready for.
    struct Ready {
        var socket: curl_socket_t
        var events: Int32
    }

    /// As `poll` takes them; the first is the pipe's.
    private var entries: [pollfd]
    private var places: [curl_socket_t: Int] = [:]
    private var ready: [Ready] = []

    init(_ alarm: Alarm) {
        entries = [pollfd(fd: alarm.heard, events: Int16(POLLIN), revents: 0)]
    }

    /// Takes in what curl says of a socket: `CURL_POLL_IN`, `OUT`, `INOUT` or `REMOVE`.
    mutating func set(_ socket: curl_socket_t, to wish: Int32) {
        var events: Int16 = 0
        if wish == CURL_POLL_IN || wish == CURL_POLL_INOUT { events |= Int16(POLLIN) }
        if wish == CURL_POLL_OUT || wish == CURL_POLL_INOUT { events |= Int16(POLLOUT) }
        if wish == CURL_POLL_REMOVE {
            remove(socket)
        } else if let place = places[socket] {
            entries[place].events = events
        } else {
            places[socket] = entries.count
            entries.append(pollfd(fd: socket, events: events, revents: 0))
        }
    }

    /// Waits until a socket is ready, the time has passed or the alarm is heard.
    mutating func wait(_ milliseconds: Int32, _ alarm: Alarm) -> [Ready] {
        ready.removeAll(keepingCapacity: true)
        guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return ready }
        if entries[0].revents != 0 { alarm.clear() }
        for entry in entries.dropFirst() where entry.revents != 0 {
            var events: Int32 = 0
            if entry.revents & Int16(POLLIN | POLLHUP) != 0 { events |= CURL_CSELECT_IN }
            if entry.revents & Int16(POLLOUT) != 0 { events |= CURL_CSELECT_OUT }
            if entry.revents & Int16(POLLERR | POLLNVAL) != 0 { events |= CURL_CSELECT_ERR }
            ready.append(Ready(socket: entry.fd, events: events))
        }
        return ready
    }

    private mutating func remove(_ socket: curl_socket_t) {
        guard let place = places.removeValue(forKey: socket) else { return }
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.fd] = place
    }
}

/// A pipe by which any thread ends the wait of another.
struct Alarm: Sendable {
    /// What becomes readable.
    let heard: Int32
    private let rung: Int32

    init() throws(HTTPError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw HTTPError(.resources, "", "An HTTP client could not be made: no descriptor is left.")
        }
        (heard, rung) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    /// Ends the wait, or the next one.
    func ring() {
        var byte: UInt8 = 0
        _ = write(rung, &byte, 1)
    }

    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while read(heard, bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }

    func close() {
        for end in [heard, rung] { closeDescriptor(end) }
    }
}

/// `close`, under a name that methods called so do not hide.
private func closeDescriptor(_ descriptor: Int32) {
    #if canImport(Glibc)
        _ = Glibc.close(descriptor)
    #elseif canImport(Darwin)
        _ = Darwin.close(descriptor)
    #endif
}
