#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The `date` field of responses, made once a second.
struct DateLine {
    private(set) var bytes: [UInt8] = []
    private var second = Int.min

    /// Renews the line where the second has changed.
    mutating func refresh() {
        var now = time(nil)
        guard now != second else { return }
        second = now
        var parts = tm()
        gmtime_r(&now, &parts)
        bytes = Self.line(parts)
    }

    /// The line of a time in UTC (RFC 9110, 5.6.7).
    static func line(_ time: tm) -> [UInt8] {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = "\(days[Int(time.tm_wday)]), \(two(time.tm_mday)) \(months[Int(time.tm_mon)]) \(time.tm_year + 1900)"
        let clock = "\(two(time.tm_hour)):\(two(time.tm_min)):\(two(time.tm_sec))"
        return Array("date: \(date) \(clock) GMT\r\n".utf8)
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
