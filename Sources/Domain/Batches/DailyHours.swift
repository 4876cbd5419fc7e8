package import Timekeeping

/// A part of every day in UTC; it may reach over midnight.
package struct DailyHours: Sendable, Hashable {
    /// In minutes from midnight.
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }

    /// When it is that part of the day next; the time itself where it is now.
    package func next(at time: Timestamp) -> Timestamp {
        let day: Int64 = 86_400_000
        let midnight = time.milliseconds - time.milliseconds % day
        let minute = Int((time.milliseconds - midnight) / 60_000)
        let isNow = from < to ? (from..<to).contains(minute) : minute >= from || minute < to
        if isNow { return time }
        let start = midnight + Int64(from) * 60_000
        return Timestamp(milliseconds: start > time.milliseconds ? start : start + day)
    }
}
