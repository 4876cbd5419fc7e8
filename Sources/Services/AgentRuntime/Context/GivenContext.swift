package import Runs

/// What a user gives a run to know, read but not yet kept.
package struct GivenContext: Sendable, Hashable {
    package var item: ContextItem
    package var bytes: [UInt8]

    package init(item: ContextItem, bytes: [UInt8]) {
        self.item = item
        self.bytes = bytes
    }
}
