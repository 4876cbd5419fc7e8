import JSON

extension PerformanceFormat {
    /// Reads what a tool wrote.
    /// - Parameter name: the name of the measurement where the format has none, as that of Criterion.
    package func parse(_ bytes: [UInt8], name: String = "benchmark") throws(ReportError) -> PerformanceReport {
        switch self {
        case .hyperfine: try HyperfineParser.parse(bytes)
        case .pytestBenchmark: try PytestBenchmarkParser.parse(bytes)
        case .goBench: try GoBenchParser.parse(bytes)
        case .criterion: try CriterionParser.parse(bytes, name: name)
        }
    }
}

/// The median and the interquartile range of samples.
struct Samples {
    let sorted: [Double]

    init(_ samples: [Double]) { sorted = samples.sorted() }

    /// Interpolated between the two samples next to the place.
    func quantile(_ share: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        guard low + 1 < sorted.count else { return last }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }

    var median: Double { quantile(0.5) }
    /// Nil of one sample.
    var interquartileRange: Double? { sorted.count > 1 ? quantile(0.75) - quantile(0.25) : nil }
}

private enum HyperfineParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> PerformanceReport {
        let source = try Source(bytes, "hyperfine JSON")
        guard let results = try source.json()["results"]?.arrayValue else {
            throw source.foreign("there is no \"results\"")
        }
        var measurements: [Measurement] = []
        for (place, result) in results.enumerated() {
            let name = try source.string(result["command"], "results[\(place)].command")
            let times = Samples((result["times"]?.arrayValue ?? []).compactMap(\.doubleValue).filter(\.isFinite))
            let deviation = result["stddev"]?.doubleValue
            let range = times.interquartileRange
            measurements.append(
                Measurement(
                    name: name, median: try source.number(result["median"], "results[\(place)].median"),
                    spread: range ?? deviation,
                    spreadKind: range != nil ? .interquartileRange : deviation != nil ? .standardDeviation : nil,
                    samples: times.sorted.isEmpty ? nil : times.sorted.count))
        }
        return PerformanceReport(measurements: measurements)
    }
}

private enum PytestBenchmarkParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> PerformanceReport {
        let source = try Source(bytes, "pytest-benchmark JSON")
        guard let benchmarks = try source.json()["benchmarks"]?.arrayValue else {
            throw source.foreign("there is no \"benchmarks\"")
        }
        var measurements: [Measurement] = []
        for (place, value) in benchmarks.enumerated() {
            let stats = value["stats"]
            let range = stats?["iqr"]?.doubleValue
            measurements.append(
                Measurement(
                    name: try source.string(value["fullname"] ?? value["name"], "benchmarks[\(place)].fullname"),
                    median: try source.number(stats?["median"], "benchmarks[\(place)].stats.median"), spread: range,
                    spreadKind: range == nil ? nil : .interquartileRange, samples: stats?["rounds"]?.intValue))
        }
        return PerformanceReport(measurements: measurements)
    }
}

/// Reads the lines of `go test -bench`; a benchmark that comes several times, by `-count`, gives the median of them.
private enum GoBenchParser {
    private struct Key: Hashable {
        var name: String
        var unit: String
    }

    static func parse(_ bytes: [UInt8]) throws(ReportError) -> PerformanceReport {
        let source = try Source(bytes, "go test -bench")
        var order: [Key] = []
        var samples: [Key: [Double]] = [:]
        var package = ""
        var isGo = false
        try source.eachLine { text, number throws(ReportError) in
            if text.hasPrefix("pkg: ") { package = text.dropFirst(5) + "." }
            isGo = isGo || ["goos: ", "pkg: ", "PASS", "FAIL", "ok "].contains { text.hasPrefix($0) }
            let words = text.split(whereSeparator: \.isWhitespace)
            // A name alone comes before the output of the benchmark itself.
            guard text.hasPrefix("Benchmark"), words.count >= 4, Int(words[1]) != nil else { return }
            isGo = true
            for place in stride(from: 2, to: words.count - 1, by: 2) {
                guard let value = Double(words[place]), value.isFinite else {
                    throw source.malformed(line: number, "\"\(words[place].prefix(40))\" is not a number")
                }
                let isTime = words[place + 1] == "ns/op"
                let key = Key(name: package + words[0], unit: isTime ? "s" : String(words[place + 1]))
                if samples[key] == nil { order.append(key) }
                samples[key, default: []].append(isTime ? value / 1e9 : value)
            }
        }
        guard isGo else { throw source.foreign("there is no line of a benchmark") }
        return PerformanceReport(
            measurements: order.map { key in
                let values = Samples(samples[key] ?? [])
                let range = values.interquartileRange
                return Measurement(
                    name: key.name, unit: key.unit, median: values.median, spread: range,
                    spreadKind: range == nil ? nil : .interquartileRange, samples: values.sorted.count)
            })
    }
}

/// Reads the `estimates.json` of Criterion, whose times are in nanoseconds.
private enum CriterionParser {
    static func parse(_ bytes: [UInt8], name: String) throws(ReportError) -> PerformanceReport {
        let source = try Source(bytes, "Criterion estimates")
        let root = try source.json()
        guard root["median"]?.objectValue != nil else { throw source.foreign("there is no \"median\"") }
        let median = try source.number(root["median"]?["point_estimate"], "median.point_estimate")
        let spread = root["median_abs_dev"]?["point_estimate"]?.doubleValue
        return PerformanceReport(
            measurements: [
                Measurement(
                    name: name, median: median / 1e9, spread: spread.map { $0 / 1e9 },
                    spreadKind: spread == nil ? nil : .medianAbsoluteDeviation)
            ])
    }
}
