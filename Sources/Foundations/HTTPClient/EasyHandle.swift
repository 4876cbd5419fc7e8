import CCurl

/// curl's handle for one request at a time, with what is the same for all requests of a client.
///
/// Lives and stays on the client's thread. Making one costs curl more than all else about a short request, so that it is
/// used again, unless a request has set something that the next one would not undo.
final class EasyHandle {
    let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// Cleared by whoever sets what only this request wants.
    var isReusable = true

    init(_ configuration: HTTPClient.Configuration, host: String) throws(HTTPError) {
        guard let easy = curl_easy_init() else {
            throw HTTPError(.resources, host, "No memory is left for the request to \(host).")
        }
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        let options = TransferOptions(easy: easy, host: host)
        try options.applyConstants()
        try options.apply(configuration)
        try options.set(CURLOPT_ERRORBUFFER, to: UnsafeMutableRawPointer(errorText))
        try connectTransferCallbacks(options)
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    /// curl's own words for what failed; empty if it has none.
    var failureText: String { String(cString: errorText) }

    /// Lets go of all that belonged to the last request.
    func clear() {
        vj_curl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
        vj_curl_set_list(easy, CURLOPT_HTTPHEADER, nil)
        vj_curl_set_pointer(easy, CURLOPT_PRIVATE, nil)
        errorText[0] = 0
    }
}
