import CCurl

/// One request under way; lives and stays on the client's thread.
///
/// Owns its easy handle, which must be out of the multi handle when the last reference goes.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    let exchange: Exchange
    private let timeouts: HTTPRequest.Timeouts
    private var deadlines: Deadlines
    private var parser = HeadParser()
    private var isConnected = false
    private var isHeadDone = false
    private var isHeadTooLarge = false
    private var sentBytes: curl_off_t = 0
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var pin = AddressPin()
    private var isElsewhere = false

    init(
        _ request: HTTPRequest, _ exchange: Exchange, _ configuration: HTTPClient.Configuration
    ) throws(HTTPError) {
        guard let easy = curl_easy_init() else {
            throw HTTPError(.resources, exchange.host, "No memory is left for the request to \(exchange.host).")
        }
        self.easy = easy
        self.exchange = exchange
        timeouts = request.timeouts
        deadlines = Deadlines(request.timeouts, start: .now)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let options = TransferOptions(easy: easy, host: exchange.host)
        headerList = try options.apply(request, configuration)
        try options.set(CURLOPT_ERRORBUFFER, to: UnsafeMutableRawPointer(errorText))
        pin = try AddressPin(request, configuration, options)
        try connectCallbacks(options, watchesUpload: request.body != nil)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        curl_slist_free_all(pin.list)
        errorText.deallocate()
    }

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

    /// Goes on after the reader has caught up; an error ends the transfer.
    func resume() -> HTTPError? {
        deadlines.resumed(at: .now)
        return error(for: curl_easy_pause(easy, CURLPAUSE_CONT))
    }

    func error(for result: CURLcode) -> HTTPError? {
        guard result != CURLE_OK else { return isHeadDone ? nil : .malformed(exchange.host) }
        if isElsewhere { return .elsewhere(exchange.host) }
        if isHeadTooLarge { return .malformed(exchange.host, "its head is too large") }
        let failure = CurlFailure(
            code: result, text: String(cString: errorText), systemError: Int32(long(CURLINFO_OS_ERRNO)),
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
    private func connectCallbacks(_ options: TransferOptions, watchesUpload: Bool) throws(HTTPError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try options.set(CURLOPT_PRIVATE, to: context)
        try options.set(CURLOPT_PREREQDATA, to: context)
        try options.set(CURLOPT_HEADERDATA, to: context)
        try options.set(CURLOPT_WRITEDATA, to: context)
        try options.check(vj_curl_set_connected_callback(easy, onConnected))
        try options.check(vj_curl_set_data_callback(easy, CURLOPT_HEADERFUNCTION, onHeader))
        try options.check(vj_curl_set_data_callback(easy, CURLOPT_WRITEFUNCTION, onBytes))
        guard watchesUpload else { return }
        try options.set(CURLOPT_XFERINFODATA, to: context)
        try options.set(CURLOPT_NOPROGRESS, to: 0)
        try options.check(vj_curl_set_progress_callback(easy, onProgress))
    }

    /// False to end the transfer before anything is sent.
    fileprivate func connected(to address: String) -> Bool {
        guard pin.allows(address) else {
            isElsewhere = true
            return false
        }
        isConnected = true
        deadlines.connected(at: .now)
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
            exchange.receive(Exchange.Head(status: status, version: version, headers: parser.headers))
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
