/// How many tokens a model makes of a text, about.
package enum TokenEstimate {
    /// Two tokens for every seven bytes, rounded up: what the common tokenisers make of source code, which has shorter
    /// words and more marks than prose (four bytes a token).
    package static func tokens(bytes: Int) -> Int { (bytes * 2 + 6) / 7 }

    package static func tokens(_ text: String) -> Int { tokens(bytes: text.utf8.count) }
}
