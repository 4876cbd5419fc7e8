import CCurl

/// What the client's thread does; lives and stays on it.
final class TransferWorker {
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClient.Configuration
    private var transfers: [ObjectIdentifier: Transfer] = [:]

    init(_ multi: UnsafeMutableRawPointer, _ configuration: HTTPClient.Configuration) {
        self.multi = multi
        self.configuration = configuration
    }

    func handle(_ command: TransferLoop.Command) {
        switch command {
        case .start(let request, let exchange):
            // Cancelled before it was begun.
            if !exchange.isEnded { start(request, exchange) }
        case .cancel(let exchange):
            if let transfer = transfers[ObjectIdentifier(exchange)] { end(transfer, .cancelled(exchange.host)) }
        case .resume(let exchange):
            guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
            if let error = transfer.resume() { end(transfer, error) }
        }
    }

    /// Moves all transfers as far as they go, then waits until one can go on, a deadline passes or somebody calls.
    func turn() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        endFinished()
        let now = ContinuousClock.now
        for transfer in transfers.values {
            if let error = transfer.expired(at: now) { end(transfer, error) }
        }
        let wait = transfers.values.compactMap(\.nextDeadline).min().map { now.duration(to: $0) } ?? .seconds(60)
        let milliseconds = min(max(wait / .milliseconds(1), 0).rounded(.up), 60_000)
        curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
    }

    func close() {
        for transfer in transfers.values { end(transfer, .closed(transfer.exchange.host)) }
    }

    private func start(_ request: HTTPRequest, _ exchange: Exchange) {
        do throws(HTTPError) {
            let transfer = try Transfer(request, exchange, configuration)
            guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                throw HTTPError(.resources, exchange.host, "No memory is left for the request to \(exchange.host).")
            }
            transfers[ObjectIdentifier(exchange)] = transfer
        } catch {
            exchange.finish(error)
        }
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
    }
}
