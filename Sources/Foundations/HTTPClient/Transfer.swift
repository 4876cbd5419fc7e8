import CCurl

/// One request under way; lives and stays on the client's thread.
///
/// Its handle must be out of the multi handle when the last reference goes.
final class Transfer {
    let handle: EasyHandle
    let exchange: Exchange
    private unowned let worker: TransferWorker
    private let timeouts: HTTPRequest.Timeouts
    private var deadlines: Deadlines
    private var parser = HeadParser()
    private var isConnected = false
    /// Whether it may arrive twice without harm.
    private let isRepeatable: Bool
    /// Whether curl would have sent it a second time.
    private var isUnanswered = false
    private var isHeadDone = false
    private var isHeadTooLarge = false
    private var sentBytes: curl_off_t = 0
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var pin = AddressPin()
    private var isElsewhere = false

    init(
        _ request: HTTPRequest, _ exchange: Exchange, _ handle: EasyHandle,
        _ configuration: HTTPClient.Configuration, _ worker: TransferWorker
    ) throws(HTTPError) {
        self.handle = handle
        self.exchange = exchange
        self.worker = worker
        timeouts = request.timeouts
        isRepeatable = ["GET", "HEAD", "OPTIONS"].contains(request.method)
        deadlines = Deadlines(request.timeouts, start: .now)
        let options = TransferOptions(easy: handle.easy, host: exchange.host)
        headerList = try options.apply(request)
        if request.addresses != nil {
            handle.isReusable = false
            pin = try AddressPin(request, configuration, options)
        }
        try connect(options, watchesUpload: request.body != nil)
    }

    deinit {
        // Where the handle lives on it was cleared of the list; else it goes now, and with it the last use of the list.
        curl_slist_free_all(headerList)
        curl_slist_free_all(pin.list)
    }

    var easy: UnsafeMutableRawPointer { handle.easy }

    /// The transfer of an easy handle.
    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        guard vj_curl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { return nil }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    var nextDeadline: ContinuousClock.Instant? { deadlines.next }

    func expired(at now: ContinuousClock.Instant) -> HTTPError? {
        deadlines.expired(at: now).map { .timeout($0, exchange.host, timeouts) }
    }

    /// Ends the transfer at that time at the latest.
    func mustEnd(by end: ContinuousClock.Instant) {
        deadlines.end(by: end)
        worker.note(end)
    }

    /// Goes on after the reader has caught up; an error ends the transfer.
    func resume() -> HTTPError? {
        deadlines.resumed(at: .now)
        worker.note(deadlines.next)
        return error(for: curl_easy_pause(easy, CURLPAUSE_CONT))
    }

    func error(for result: CURLcode) -> HTTPError? {
        guard result != CURLE_OK else { return isHeadDone ? nil : .malformed(exchange.host) }
        if isElsewhere { return .elsewhere(exchange.host) }
        if isUnanswered { return .unanswered(exchange.host) }
        if isHeadTooLarge { return .malformed(exchange.host, "its head is too large") }
        let failure = CurlFailure(
            code: result, text: handle.failureText, systemError: Int32(long(CURLINFO_OS_ERRNO)),
            proxyStatus: long(CURLINFO_HTTP_CONNECTCODE), isConnected: isConnected)
        return HTTPError(failure, exchange.host, timeouts)
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        vj_curl_get_long(easy, info, &value)
        return value
    }
}

// What curl calls.
extension Transfer {
    private func connect(_ options: TransferOptions, watchesUpload: Bool) throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try options.set(CURLOPT_PRIVATE, to: context)
        try options.set(CURLOPT_PREREQDATA, to: context)
        try options.set(CURLOPT_HEADERDATA, to: context)
        try options.set(CURLOPT_WRITEDATA, to: context)
        try options.set(CURLOPT_XFERINFODATA, to: context)
        try options.set(CURLOPT_NOPROGRESS, to: watchesUpload ? 0 : 1)
    }

    /// False to end the transfer before anything is sent.
    fileprivate func connected(to address: String) -> Bool {
        guard pin.allows(address) else {
            isElsewhere = true
            return false
        }
        // curl comes here a second time where a kept connection broke before a byte of the answer, to send all of it again.
        if isConnected, !isRepeatable, long(CURLINFO_REQUEST_SIZE) > 0 {
            isUnanswered = true
            return false
        }
        isConnected = true
        deadlines.connected(at: .now)
        worker.note(deadlines.next)
        return true
    }

    fileprivate func sent(_ bytes: curl_off_t) {
        guard bytes != sentBytes else { return }
        sentBytes = bytes
        deadlines.sent(at: .now)
    }

    /// False to end the transfer.
    fileprivate func received(headLine line: UnsafeRawBufferPointer) -> Bool {
        // Trailers come the same way.
        guard !isHeadDone else { return true }
        switch parser.append(line) {
        case .part: break
        case .tooLarge:
            isHeadTooLarge = true
            return false
        case .end:
            let status = long(CURLINFO_RESPONSE_CODE)
            guard status >= 200 else { break }
            isHeadDone = true
            deadlines.received(at: .now)
            worker.note(deadlines.next)
            exchange.receive(Exchange.Head(status: status, version: version, headers: parser.headers))
            worker.tell(exchange)
        }
        return true
    }

    /// False to pause the transfer.
    fileprivate func received(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard exchange.receive(bytes) else {
            deadlines.stalled()
            return false
        }
        deadlines.received(at: .now)
        worker.tell(exchange)
        return true
    }

    private var version: HTTPResponse.Version {
        switch long(CURLINFO_HTTP_VERSION) {
        case CURL_HTTP_VERSION_1_0: .http10
        case CURL_HTTP_VERSION_2_0: .http2
        case CURL_HTTP_VERSION_3: .http3
        default: .http11
        }
    }
}

/// Has curl call the transfer that a handle is lent to.
func connectTransferCallbacks(_ options: TransferOptions) throws(HTTPError) {
    try options.check(vj_curl_set_connected_callback(options.easy, onConnected))
    try options.check(vj_curl_set_data_callback(options.easy, CURLOPT_HEADERFUNCTION, onHeader))
    try options.check(vj_curl_set_data_callback(options.easy, CURLOPT_WRITEFUNCTION, onBytes))
    try options.check(vj_curl_set_progress_callback(options.easy, onProgress))
}

// Functions and not closures, so that they belong to no actor.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private func onConnected(
    _ context: UnsafeMutableRawPointer?, _ address: UnsafeMutablePointer<CChar>?, _: UnsafeMutablePointer<CChar>?,
    _: Int32, _: Int32
) -> Int32 {
    let isAllowed = transfer(context)?.connected(to: address.map { String(cString: $0) } ?? "") ?? true
    return isAllowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

private func onHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.received(headLine: line) == true ? size * count : 0
}

private func onBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.received(bytes) == true ? size * count : Int(CURL_WRITEFUNC_PAUSE)
}

private func onProgress(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _ sent: curl_off_t
) -> Int32 {
    transfer(context)?.sent(sent)
    return 0
}
