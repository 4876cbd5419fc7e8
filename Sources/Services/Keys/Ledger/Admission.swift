package import Money

/// What a call may use, counted on the high side, before it is made.
package struct CallEstimate: Sendable, Hashable {
    /// The model that will be asked, `provider/model`.
    package var model: String
    /// Input and the most output.
    package var tokens: Int
    /// The most that it may cost; nil where the model's prices are not known.
    package var cost: USD?

    package init(model: String, tokens: Int, cost: USD?) {
        self.model = model
        self.tokens = tokens
        self.cost = cost
    }

    /// Whose key pays: the provider's name.
    var provider: String { model.contains("/") ? String(model.prefix { $0 != "/" }) : "" }
}

/// The right to make one call; it ends with ``ServedLedger/settle(_:_:)`` or ``ServedLedger/release(_:)``.
package struct ServedTicket: Sendable, Hashable {
    let number: UInt64
}

/// Whether a call may be made.
package enum Admission: Sendable, Hashable {
    case admitted(ServedTicket)
    case refused(KeyRefusal)
}
