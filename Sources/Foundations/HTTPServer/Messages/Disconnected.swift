/// The client went away, or took too long, before the exchange was complete.
///
/// The handler's task is cancelled at the same time.
package struct Disconnected: Error, Sendable, Hashable, CustomStringConvertible {
    package init() {}

    package var description: String { "The client went away before the exchange was complete." }
}
