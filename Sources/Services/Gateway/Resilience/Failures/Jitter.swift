/// Where chance comes from in waits, so that callers that failed together do not come back together.
package struct Jitter: Sendable {
    /// A number from 0 to 1.
    package let next: @Sendable () -> Double

    package init(next: @escaping @Sendable () -> Double) { self.next = next }

    package static let system = Jitter { Double.random(in: 0...1) }
    /// Every wait is as long as it may be.
    package static let none = Jitter { 1 }
}
