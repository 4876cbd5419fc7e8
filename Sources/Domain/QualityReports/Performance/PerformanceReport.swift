/// What measurements of speed and size gave.
package struct PerformanceReport: Codable, Hashable, Sendable {
    /// In the order of the tool.
    package var measurements: [Measurement]

    package init(measurements: [Measurement] = []) {
        self.measurements = measurements
    }

    package static func merging(_ reports: some Sequence<PerformanceReport>) -> PerformanceReport {
        PerformanceReport(measurements: reports.flatMap(\.measurements))
    }
}

/// One measured quantity.
package struct Measurement: Codable, Hashable, Sendable {
    package var name: String
    /// Times are in seconds, `s`; other units are as the tool writes them: `B/op`, `allocs/op`, `MB/s`.
    package var unit: String
    package var median: Double
    /// How far the samples are apart, in the unit; nil where there is one sample or the tool does not say.
    package var spread: Double?
    package var spreadKind: SpreadKind?
    /// How many samples the median is of.
    package var samples: Int?

    package init(
        name: String, unit: String = "s", median: Double, spread: Double? = nil, spreadKind: SpreadKind? = nil,
        samples: Int? = nil
    ) {
        self.name = name
        self.unit = unit
        self.median = median
        self.spread = spread
        self.spreadKind = spreadKind
        self.samples = samples
    }
}

/// What a spread is.
package enum SpreadKind: String, Codable, Hashable, Sendable {
    /// From the first to the third quartile.
    case interquartileRange
    case standardDeviation
    /// The median of the distances from the median.
    case medianAbsoluteDeviation
}
