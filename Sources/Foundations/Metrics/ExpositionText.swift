/// The text of metrics as Prometheus reads it.
struct ExpositionText {
    private(set) var text = ""

    mutating func append(_ family: MetricRegistry.Family, limit: Int) {
        switch family {
        case .counter(let family):
            head(family.name, family.help, "counter")
            for (values, series) in family.all { line(family.name, family.labels, values, series.value) }
        case .gauge(let family):
            head(family.name, family.help, "gauge")
            for (values, series) in family.all { line(family.name, family.labels, values, series.value) }
        case .histogram(let family):
            head(family.name, family.help, "histogram")
            for (values, series) in family.all { append(series, of: family, values) }
        case .read(let name, let help, let labels, let readings):
            head(name, help, "gauge")
            // A series may be there once only; the last value counts.
            var unique: [[String]: Double] = [:]
            for (values, value) in readings() where values.count == labels.count { unique[values] = value }
            for (values, value) in unique.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).prefix(limit) {
                line(name, labels, values, value)
            }
        }
    }

    mutating func append(merged: [(name: String, count: UInt64)]) {
        let name = MetricRegistry.mergedName
        head(name, "Lookups of a series for which its metric had no room, counted as \"other\" instead.", "counter")
        for (metric, count) in merged where count > 0 { line(name, ["metric"], [metric], Double(count)) }
    }

    private mutating func append(_ histogram: Histogram, of family: MetricFamily<Histogram>, _ values: [String]) {
        let reading = histogram.value
        var total: UInt64 = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], reading.counts) {
            total += count
            line(
                family.name + "_bucket", family.labels + ["le"], values + [Self.number(bound)], Double(total))
        }
        line(family.name + "_sum", family.labels, values, reading.sum)
        line(family.name + "_count", family.labels, values, Double(total))
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) "
        escape(help, quotes: false)
        text += "\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: [String], _ values: [String], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{"
            for (index, (label, value)) in zip(labels, values).enumerated() {
                text += index == 0 ? "\(label)=\"" : ",\(label)=\""
                escape(value, quotes: true)
                text += "\""
            }
            text += "}"
        }
        text += " \(Self.number(value))\n"
    }

    private mutating func escape(_ value: String, quotes: Bool) {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// Whole numbers without a fraction, all others as short as they can be read back.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }
}
