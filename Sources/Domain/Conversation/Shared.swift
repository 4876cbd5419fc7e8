/// A large value that its holders share, as copies of it would cost more than to look it up.
///
///     @Shared package var request: ModelRequest
///
/// Setting it gives the holder a value of its own.
@propertyWrapper
package struct Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    private final class Place: Sendable {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    private var place: Place

    package init(wrappedValue: Value) { place = Place(wrappedValue) }

    package var wrappedValue: Value {
        get { place.value }
        set { place = Place(newValue) }
    }

    package static func == (left: Shared, right: Shared) -> Bool {
        left.place === right.place || left.place.value == right.place.value
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(place.value) }
}
