package import Timekeeping

/// Why a model is not to be asked now.
package struct Hindrance: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Its breaker is open.
        case open
        /// Its breaker is half open, and as many probes as may be are under way.
        case probing
        /// Its rate is used up, as far as is known.
        case rate
        /// Its keys were refused.
        case aside
    }

    package var kind: Kind
    /// When it may be asked again; nil where that is not known.
    package var until: Timestamp?
    /// A clause that says why.
    package var because: String

    package init(_ kind: Kind, until: Timestamp?, because: String) {
        self.kind = kind
        self.until = until
        self.because = because
    }

    /// Whether it rests on a guess or on an old refusal, so that the provider may be asked all the same.
    var isForecast: Bool { kind == .rate || kind == .aside }

    /// The one that is over first; one whose end is not known comes last.
    static func sooner(_ left: Hindrance?, _ right: Hindrance) -> Hindrance {
        guard let left, let leftEnd = left.until else { return left.flatMap { right.until == nil ? $0 : nil } ?? right }
        guard let rightEnd = right.until else { return left }
        return leftEnd <= rightEnd ? left : right
    }
}
