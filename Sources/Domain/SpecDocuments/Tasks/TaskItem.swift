/// One task of a `tasks.md`, as its line and the indented lines below it say.
package struct TaskItem: Sendable, Hashable, Identifiable {
    /// As written, for example `T001`.
    package var id: String
    package var isDone: Bool
    /// Marked `[P]`: touches other files than its neighbours and may run beside them.
    package var isParallel: Bool
    /// For example `US1`.
    package var story: String?
    /// The text behind the markers.
    package var title: String
    /// The indented lines below the task, without the task's own indentation; empty when there are none.
    package var details: String
    /// Files named in the title and the details, in order of mention.
    package var paths: [String]
    /// Tasks named by `(depends on …)`, spelt as the tasks themselves are where they exist.
    package var dependencies: [String]
    /// For example `FR-003`.
    package var requirements: [String]
    /// Counted from 1.
    package var line: Int
    /// The outermost heading below the document's title, for example `Phase 3: User Story 1`; empty when there is none.
    package var phase: String
    /// The nearest heading; the same as `phase` where the phase has no parts.
    package var section: String
    /// Tells apart sections of the same name: the line of the nearest heading, 0 when there is none.
    package var sectionLine: Int

    /// Where the character between the brackets stands, in bytes from the start of the document.
    var markOffset: Int
    /// The width of the white space before the list marker.
    var indentation: Int
}
