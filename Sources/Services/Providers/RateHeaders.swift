import Conversation
import HTTPClient

/// Reads what an answer's headers say of the rates of its key; pure.
///
/// Anthropic's `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}` with the reset as
/// a time of day, and the `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` of OpenAI and those who follow it with the
/// reset as a duration. Nonsense is passed over.
enum RateHeaders {
    static func read(_ headers: HTTPHeaders) -> RateReport {
        // Most services say nothing, and then nothing is to be searched for.
        guard headers.fields.contains(where: { $0.name.utf8.count > 11 && isRate($0.name) }) else {
            return RateReport()
        }
        var values: [String: String] = [:]
        for field in headers.fields where isRate(field.name) { values[field.name.lowercased()] = field.value }
        let now = headers["Date"].flatMap(RetryAfter.seconds(ofDate:))
        return RateReport(
            requests: quota("requests", values, now), tokens: quota("tokens", values, now),
            inputTokens: quota("input-tokens", values, now), outputTokens: quota("output-tokens", values, now))
    }

    private static func isRate(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix("anthropic-ratelimit-") || name.hasPrefix("x-ratelimit-")
    }

    private static func quota(_ what: String, _ values: [String: String], _ now: Int?) -> RateReport.Quota? {
        if let remaining = count(values["anthropic-ratelimit-\(what)-remaining"]) {
            return RateReport.Quota(
                limit: count(values["anthropic-ratelimit-\(what)-limit"]), remaining: remaining,
                resetsIn: values["anthropic-ratelimit-\(what)-reset"].flatMap { untilTime($0, now) })
        }
        guard let remaining = count(values["x-ratelimit-remaining-\(what)"]) else { return nil }
        return RateReport.Quota(
            limit: count(values["x-ratelimit-limit-\(what)"]), remaining: remaining,
            resetsIn: values["x-ratelimit-reset-\(what)"].flatMap(duration))
    }

    private static func count(_ text: String?) -> Int? {
        guard let number = text.flatMap({ Int($0) }), number >= 0, number < 1 << 50 else { return nil }
        return number
    }

    /// `6m0s`, `120ms`, `1h30m`, `1.5s`, or seconds alone.
    static func duration(_ text: String) -> Duration? {
        var milliseconds = 0.0
        var rest = Substring(text)
        if let seconds = Double(text) {
            milliseconds = seconds * 1000
            rest = ""
        }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let scale = units[String(unit)] else { return nil }
            milliseconds += number * scale
        }
        guard !text.isEmpty, milliseconds >= 0, milliseconds < 1e12 else { return nil }
        return .milliseconds(Int64(milliseconds.rounded(.up)))
    }

    private static let units: [String: Double] = [
        "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1, "us": 0.001, "µs": 0.001, "ns": 0.000_001,
    ]

    /// The time until `2026-01-01T00:00:30Z`, measured from the answer's own `Date`, as clocks differ.
    private static func untilTime(_ text: String, _ now: Int?) -> Duration? {
        guard let now, let then = RetryAfter.seconds(ofTime: text) else { return nil }
        return .seconds(max(0, then - now))
    }
}
