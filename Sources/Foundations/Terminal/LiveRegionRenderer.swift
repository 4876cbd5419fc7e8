/// Decides the bytes that keep one live line below lines that stay.
///
/// Each function returns what to write; the caller writes all of it, in order.
package struct LiveRegionRenderer: Sendable {
    /// The terminal's columns; to be set before each call where the window may have changed.
    package var width: Int
    private var asked: String?
    private var live: String?

    package init(width: Int) {
        self.width = width
    }

    /// Erases the live line, prints the lines and draws the live line again.
    package mutating func print(_ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        let start = erased
        live = asked.flatMap(fitted)
        return start + lines.map { $0 + "\n" }.joined() + (live ?? "")
    }

    /// Replaces the live line, cut to one column less than the terminal has; nil or empty text takes it away.
    package mutating func show(_ text: String?) -> String {
        asked = text
        let next = text.flatMap(fitted)
        guard next != live else { return "" }
        defer { live = next }
        return erased + (next ?? "")
    }

    /// Takes the live line away.
    package mutating func finish() -> String {
        show(nil)
    }

    private func fitted(_ text: String) -> String? {
        let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }).truncated(toWidth: max(1, width - 1))
        return line.isEmpty ? nil : line
    }

    /// A terminal that became narrower has wrapped the live line, so that there are rows above to be cleared, too.
    private var erased: String {
        guard let live else { return "" }
        let wrapped = (live.displayWidth - 1) / max(1, width)
        return wrapped > 0 ? "\r\u{1B}[\(wrapped)A\u{1B}[J" : "\r\u{1B}[2K"
    }
}
