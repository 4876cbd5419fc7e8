/// Puts text in bold or in a colour, or leaves it plain where colours are off.
package struct TextStyle: Sendable, Equatable {
    package let colours: Bool

    package init(colours: Bool) {
        self.colours = colours
    }

    package func bold(_ text: String) -> String { styled(text, on: 1, off: 22) }
    package func dim(_ text: String) -> String { styled(text, on: 2, off: 22) }
    package func red(_ text: String) -> String { styled(text, on: 31, off: 39) }
    package func green(_ text: String) -> String { styled(text, on: 32, off: 39) }
    package func yellow(_ text: String) -> String { styled(text, on: 33, off: 39) }
    package func cyan(_ text: String) -> String { styled(text, on: 36, off: 39) }

    /// Ends only what it began, so that a colour may lie within bold and the other way round.
    private func styled(_ text: String, on: Int, off: Int) -> String {
        colours && !text.isEmpty ? "\u{1B}[\(on)m\(text)\u{1B}[\(off)m" : text
    }
}
