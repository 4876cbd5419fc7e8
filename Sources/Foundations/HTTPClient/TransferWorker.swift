import CCurl

/// What the client's thread does; lives and stays on it.
final class TransferWorker {
    typealias Instant = ContinuousClock.Instant

    /// So many handles are kept for the next requests.
    private static let mostSpares = 32
    /// How long the rest of a body that nobody reads may take, so that its connection can be used again.
    private static let drainTime = Duration.seconds(1)

    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration
    private let alarm: Alarm
    private var transfers: [ObjectIdentifier: Transfer] = [:]
    private var spares: [EasyHandle] = []
    private var sockets: WatchedSockets
    /// When curl wants to be called without a socket.
    private var timer: Instant?
    /// No deadline of a transfer is before it.
    private var nextDeadline: Instant?
    /// Exchanges that got something since their readers were told.
    private var news: [Exchange] = []

    init(_ multi: UnsafeMutableRawPointer, _ configuration: HTTPClient.Configuration, _ alarm: Alarm) {
        self.multi = multi
        self.configuration = configuration
        self.alarm = alarm
        sockets = WatchedSockets(alarm)
        let context = Unmanaged.passUnretained(self).toOpaque()
        vj_curl_multi_set_socket_callback(multi, onSocket, context)
        vj_curl_multi_set_timer_callback(multi, onTimer, context)
    }

    func handle(_ command: TransferLoop.Command) {
        switch command {
        case .start(let request, let exchange):
            // Cancelled before it was begun.
            if !exchange.isEnded { start(request, exchange) }
        case .cancel(let exchange):
            if let transfer = transfers[ObjectIdentifier(exchange)] { end(transfer, .cancelled(exchange.host)) }
        case .resume(let exchange):
            if let transfer = transfers[ObjectIdentifier(exchange)] { resume(transfer) }
        case .drain(let exchange):
            guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
            transfer.mustEnd(by: .now + Self.drainTime)
            resume(transfer)
        }
    }

    /// Does what is due, then waits until a transfer can go on, something else is due or somebody calls.
    func turn() {
        let now = Instant.now
        if let timer, timer <= now {
            self.timer = nil
            act(CURL_SOCKET_TIMEOUT, 0)
        }
        if let nextDeadline, nextDeadline <= now { expire(at: now) }
        for found in sockets.wait(nap(from: now), alarm) { act(found.socket, found.events) }
    }

    func close() {
        for transfer in transfers.values { end(transfer, .closed(transfer.exchange.host)) }
        spares = []
        vj_curl_multi_set_socket_callback(multi, nil, nil)
        vj_curl_multi_set_timer_callback(multi, nil, nil)
    }

    // MARK: What transfers tell

    /// The exchange has something for its reader, who is told when all that came at once is there.
    func tell(_ exchange: Exchange) {
        if news.last !== exchange { news.append(exchange) }
    }

    /// A transfer has got this deadline.
    func note(_ deadline: Instant?) {
        guard let deadline else { return }
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
    }

    // MARK: What curl tells

    fileprivate func watch(_ socket: curl_socket_t, _ wish: Int32) { sockets.set(socket, to: wish) }

    /// - Parameter milliseconds: Below zero where there is nothing to wait for.
    fileprivate func setTimer(_ milliseconds: Int) {
        timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }

    // MARK: Details

    private func start(_ request: HTTPRequest, _ exchange: Exchange) {
        do throws(HTTPError) {
            let handle: EasyHandle
            if let spare = spares.popLast() {
                handle = spare
            } else {
                handle = try EasyHandle(configuration, host: exchange.host)
            }
            let transfer = try Transfer(request, exchange, handle, configuration, self)
            guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                throw HTTPError(.resources, exchange.host, "No memory is left for the request to \(exchange.host).")
            }
            transfers[ObjectIdentifier(exchange)] = transfer
            note(transfer.nextDeadline)
        } catch {
            exchange.finish(error)
        }
    }

    private func resume(_ transfer: Transfer) {
        if let error = transfer.resume() { end(transfer, error) } else { tellReaders() }
    }

    /// Lets curl move what it can, then tells the readers.
    private func act(_ socket: curl_socket_t, _ events: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, events, &running)
        endFinished()
        tellReaders()
    }

    private func tellReaders() {
        guard !news.isEmpty else { return }
        for exchange in news { exchange.wake() }
        news.removeAll(keepingCapacity: true)
    }

    private func expire(at now: Instant) {
        for transfer in transfers.values {
            if let error = transfer.expired(at: now) { end(transfer, error) }
        }
        nextDeadline = transfers.values.compactMap(\.nextDeadline).min()
    }

    /// In milliseconds.
    private func nap(from now: Instant) -> Int32 {
        guard let end = [timer, nextDeadline].compactMap(\.self).min() else { return 60_000 }
        return Int32(min(max(now.duration(to: end) / .milliseconds(1), 0).rounded(.up), 60_000))
    }

    private func endFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let result = vj_curl_result(message)
            guard let transfer = Transfer.of(easy) else { continue }
            end(transfer, transfer.error(for: result))
        }
    }

    /// Takes the transfer out before anybody learns of its end, so that its connection is free for the next.
    private func end(_ transfer: Transfer, _ error: HTTPError?) {
        curl_multi_remove_handle(multi, transfer.easy)
        transfers[ObjectIdentifier(transfer.exchange)] = nil
        transfer.exchange.finish(error)
        if transfer.handle.isReusable, spares.count < Self.mostSpares {
            transfer.handle.clear()
            spares.append(transfer.handle)
        }
    }
}

// Functions and not closures, so that they belong to no actor.

private func onSocket(
    _: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ wish: Int32, _ context: UnsafeMutableRawPointer?,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    if let context { Unmanaged<TransferWorker>.fromOpaque(context).takeUnretainedValue().watch(socket, wish) }
    return 0
}

private func onTimer(
    _: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    if let context { Unmanaged<TransferWorker>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds) }
    return 0
}
