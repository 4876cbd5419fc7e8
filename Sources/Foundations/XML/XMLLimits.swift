/// How large a document may be before it is refused.
package struct XMLLimits: Hashable, Sendable {
    package var bytes: Int
    /// Levels of elements within each other.
    package var depth: Int
    /// Attributes of one element.
    package var attributes: Int
    /// Elements of the whole document.
    package var elements: Int

    /// Takes the limits; those left out are wide enough for the reports of large projects.
    package init(
        bytes: Int = 64 << 20, depth: Int = 256, attributes: Int = 1024, elements: Int = 4_000_000
    ) {
        self.bytes = bytes
        self.depth = depth
        self.attributes = attributes
        self.elements = elements
    }
}
