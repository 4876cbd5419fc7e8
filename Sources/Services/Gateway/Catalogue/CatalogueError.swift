/// What is wrong with a catalogue: which file and line, and how to mend it.
package struct CatalogueError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(message: String) { self.message = message }

    package var description: String { message }
}
