import HTTPClient

/// Reads how long a provider asks to wait; pure.
enum RetryAfter {
    /// `retry-after-ms`, or `Retry-After` in seconds or as a date.
    ///
    /// A date is measured from the answer's own `Date`, as clocks differ. Nil where nothing sensible is said.
    static func read(_ headers: HTTPHeaders) -> Duration? {
        if let number = headers["retry-after-ms"].flatMap({ Double($0) }) { return duration(milliseconds: number) }
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Double(text) { return duration(milliseconds: seconds * 1000) }
        guard let then = seconds(ofDate: text), let now = headers["Date"].flatMap(seconds(ofDate:)) else { return nil }
        return .seconds(max(0, then - now))
    }

    /// Nil for what no clock counts to, such as `inf`.
    private static func duration(milliseconds: Double) -> Duration? {
        guard milliseconds >= 0, milliseconds < 1e15 else { return nil }
        return .milliseconds(Int64(milliseconds))
    }

    /// The seconds since 1970 of a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func seconds(ofDate text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        return (days(before: year, month, day) * 24 + time[0]) * 3600 + time[1] * 60 + time[2]
    }

    /// The seconds since 1970 of a time as RFC 3339 writes it: `1994-11-06T08:49:37Z`, whatever fraction it has.
    static func seconds(ofTime text: String) -> Int? {
        guard text.utf8.count >= 20, text.last == "Z" else { return nil }
        let parts = text.prefix(19).split(separator: "T")
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-").compactMap { Int($0) }
        let time = parts[1].split(separator: ":").compactMap { Int($0) }
        guard date.count == 3, (1970...9999).contains(date[0]), (1...12).contains(date[1]), (1...31).contains(date[2]),
            time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        return (days(before: date[0], date[1] - 1, date[2]) * 24 + time[0]) * 3600 + time[1] * 60 + time[2]
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The days from 1970 to a date; `month` counts from 0, and the year is taken to begin in March.
    private static func days(before year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month < 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}
