/// Replaces secrets in texts that leave the process or are stored by `[redacted]`.
///
/// It knows the secrets it was given, from six characters on, as they are and escaped for JSON, percent-encoded or in
/// Base64, and the shapes of well-known keys: `sk-…`, GitHub, GitLab, Slack, Google and AWS keys, PEM private keys,
/// credentials in `Authorization` headers and passwords in URLs. One pass over the text without backtracking.
package struct Redactor: Sendable {
    private let needles: Needles

    package init(secrets: [Secret] = []) {
        needles = Needles(secrets)
    }

    package func redact(_ text: String) -> String {
        var text = text
        let redacted: [UInt8]? = text.withUTF8 { bytes in
            let found = ranges(in: bytes)
            return found.isEmpty ? nil : replace(found, in: bytes)
        }
        guard let redacted else { return text }
        return String(decoding: redacted, as: UTF8.self)
    }

    /// What is to be replaced, ascending and without overlaps.
    private func ranges(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        let shapes = KeyShapes(text)
        var place = 0
        while place < text.count {
            let byte = text[place]
            if let length = needles.longestMatch(in: text, at: place) { found.append(place..<place + length) }
            if KeyShapes.canBegin(with: byte), let range = shapes.match(at: place) {
                found.append(range)
            }
            place += 1
        }
        return merged(found)
    }

    private func merged(_ found: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private func replace(_ found: [Range<Int>], in text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var kept = 0
        for range in found {
            output.append(contentsOf: text[kept..<range.lowerBound])
            output.append(contentsOf: "[redacted]".utf8)
            kept = range.upperBound
        }
        output.append(contentsOf: text[kept...])
        return output
    }
}
