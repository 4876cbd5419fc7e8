/// A value under construction, shared by the containers that fill it.
///
/// What is whole lies in it as it is; only for what further containers fill there are slots below.
final class EncodingSlot {
    private enum Kind {
        /// Nothing was encoded yet.
        case nothing
        case leaf
        case array
        case object
    }

    private var kind = Kind.nothing
    private var leaf = JSONValue.null
    private var elements: [JSONValue] = []
    private var members = JSONObject()
    /// The slots below, by their place among the elements or members, where a null stands for each.
    private var slots: [Int: EncodingSlot] = [:]

    /// What has been encoded; a slot that nothing was encoded into is an empty object, as for a type without members.
    var value: JSONValue {
        switch kind {
        case .nothing: return .object([:])
        case .leaf: return leaf
        case .array:
            for (place, slot) in slots { elements[place] = slot.value }
            return .array(elements)
        case .object:
            for (place, slot) in slots { members.put(slot.value, at: place) }
            return .object(members)
        }
    }

    var count: Int { kind == .array ? elements.count : 0 }

    func set(_ value: JSONValue) {
        become(.leaf)
        leaf = value
    }

    func beginArray() { become(.array) }

    func beginObject() { become(.object) }

    func append(_ value: JSONValue) {
        become(.array)
        elements.append(value)
    }

    func append() -> EncodingSlot {
        append(.null)
        let slot = EncodingSlot()
        slots[elements.count - 1] = slot
        return slot
    }

    func set(_ value: JSONValue, for key: String) {
        become(.object)
        if !slots.isEmpty, let place = members.place(of: key) { slots[place] = nil }
        members.set(value, for: key)
    }

    func member(_ key: String) -> EncodingSlot {
        become(.object)
        // Two containers asked for under one key must fill the same object.
        if let place = members.place(of: key) {
            if let present = slots[place] { return present }
            let slot = EncodingSlot()
            slots[place] = slot
            return slot
        }
        members.set(.null, for: key)
        let slot = EncodingSlot()
        slots[members.count - 1] = slot
        return slot
    }

    private func become(_ other: Kind) {
        guard kind != other else { return }
        kind = other
        elements = []
        members = JSONObject()
        slots = [:]
    }
}
