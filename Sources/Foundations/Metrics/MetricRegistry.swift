import Synchronization

/// The metrics of a program, and their text in the form that Prometheus reads (format 0.0.4).
///
/// Names, labels and bounds are constants of the program: those that Prometheus does not allow, and one name with two
/// meanings, end the program.
package final class MetricRegistry: Sendable {
    /// The values of a gauge that is asked for them when it is read: label values and their number.
    package typealias Readings = @Sendable () -> [(values: [String], value: Double)]

    /// The metric that says how often each other one had no room for a further series.
    package static let mergedName = "vencejo_metric_series_merged_total"
    /// The `Content-Type` of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Family: Sendable {
        case counter(MetricFamily<Counter>)
        case gauge(MetricFamily<Gauge>)
        case histogram(MetricFamily<Histogram>)
        case read(name: String, help: String, labels: [String], Readings)
    }

    private let families = Mutex<[String: Family]>([:])
    private let limit: Int

    /// - Parameter seriesPerMetric: how many combinations of label values a metric may have.
    package init(seriesPerMetric: Int = 1_000) {
        limit = max(1, seriesPerMetric)
    }

    /// The counter of that name; it ends in `_total`.
    package func counter(_ name: String, help: String, labels: [String] = []) -> MetricFamily<Counter> {
        check(name, labels)
        precondition(name.hasSuffix("_total"), "the name of the counter \(name) must end in _total")
        let new = MetricFamily(name: name, help: help, labels: labels, limit: limit) { Counter() }
        let found = add(name, .counter(new))
        guard case .counter(let family) = found, family.labels == labels else { conflict(name) }
        return family
    }

    /// The gauge of that name.
    package func gauge(_ name: String, help: String, labels: [String] = []) -> MetricFamily<Gauge> {
        check(name, labels)
        let new = MetricFamily(name: name, help: help, labels: labels, limit: limit) { Gauge() }
        let found = add(name, .gauge(new))
        guard case .gauge(let family) = found, family.labels == labels else { conflict(name) }
        return family
    }

    /// The histogram of that name.
    package func histogram(
        _ name: String, help: String, labels: [String] = [], bounds: [Double] = Histogram.seconds
    ) -> MetricFamily<Histogram> {
        check(name, labels)
        precondition(!labels.contains("le"), "the label le of \(name) is the histogram's own")
        precondition(bounds == Set(bounds).sorted() && bounds.allSatisfy(\.isFinite), "the bounds of \(name) must rise")
        let new = MetricFamily(name: name, help: help, labels: labels, limit: limit) { Histogram(bounds: bounds) }
        let found = add(name, .histogram(new))
        guard case .histogram(let family) = found, family.labels == labels else { conflict(name) }
        return family
    }

    /// A gauge whose values are asked for when the text is made; given again, the newer one counts.
    package func gauge(
        _ name: String, help: String, labels: [String] = [], reading: @escaping Readings
    ) {
        check(name, labels)
        families.withLock { families in
            if let known = families[name] { guard case .read = known else { conflict(name) } }
            families[name] = .read(name: name, help: help, labels: labels, reading)
        }
    }

    /// Every metric in the order of its name, each series in the order of its label values.
    package func text() -> String {
        // Readings call out, so they are asked outside of the lock.
        let families = families.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
        var text = ExpositionText()
        for family in families { text.append(family, limit: limit) }
        text.append(merged: families.compactMap(\.merged))
        return text.text
    }

    private func add(_ name: String, _ family: Family) -> Family {
        families.withLock { families in
            if let known = families[name] { return known }
            families[name] = family
            return family
        }
    }

    private func check(_ name: String, _ labels: [String]) {
        precondition(Self.isName(name, allowsColon: true), "'\(name)' is no name of a metric")
        for label in labels {
            precondition(
                Self.isName(label, allowsColon: false) && !label.hasPrefix("__"), "'\(label)' is no name of a label")
        }
        precondition(Set(labels).count == labels.count, "\(name) names a label twice")
    }

    private static func isName(_ name: String, allowsColon: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_") || (allowsColon && byte == UInt8(ascii: ":"))
        }
    }
}

private func conflict(_ name: String) -> Never {
    preconditionFailure("the metric \(name) is there already, of another kind or with other labels")
}

extension MetricRegistry.Family {
    fileprivate var merged: (name: String, count: UInt64)? {
        switch self {
        case .counter(let family): (family.name, family.merged)
        case .gauge(let family): (family.name, family.merged)
        case .histogram(let family): (family.name, family.merged)
        case .read: nil
        }
    }
}
