import Metrics
import Testing

/// The text that Prometheus reads (O1).
@Suite("The text of metrics")
struct ExpositionTests {
    @Test("names every metric with help and kind, in the order of names and label values")
    func wholeText() {
        let registry = MetricRegistry()
        let requests = registry.counter("b_requests_total", help: "Requests.", labels: ["model", "status"])
        requests["z", "200"].add()
        requests["a", "500"].add(2)
        registry.gauge("a_open", help: "Open.")[].set(-1.5)
        let times = registry.histogram("c_seconds", help: "Time.", labels: ["model"], bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { times["m"].observe(value) }
        registry.gauge("d_left", help: "Left.", labels: ["who"]) { [(["y"], 2), (["x"], 1), (["y"], 3)] }
        #expect(
            registry.text() == """
                # HELP a_open Open.
                # TYPE a_open gauge
                a_open -1.5
                # HELP b_requests_total Requests.
                # TYPE b_requests_total counter
                b_requests_total{model="a",status="500"} 2
                b_requests_total{model="z",status="200"} 1
                # HELP c_seconds Time.
                # TYPE c_seconds histogram
                c_seconds_bucket{model="m",le="0.1"} 2
                c_seconds_bucket{model="m",le="1"} 3
                c_seconds_bucket{model="m",le="+Inf"} 4
                c_seconds_sum{model="m"} 7.65
                c_seconds_count{model="m"} 4
                # HELP d_left Left.
                # TYPE d_left gauge
                d_left{who="x"} 1
                d_left{who="y"} 3
                # HELP vencejo_metric_series_merged_total \
                Lookups of a series for which its metric had no room, counted as "other" instead.
                # TYPE vencejo_metric_series_merged_total counter

                """)
    }

    @Test("escapes backslashes, line ends and quotes")
    func escaping() {
        let registry = MetricRegistry()
        registry.counter("x_total", help: "A \\ and\na \"line\".", labels: ["l"])["a\\b\"c\nd\u{301}"].add()
        let lines = registry.text().split(separator: "\n").prefix(3)
        #expect(
            lines == [
                #"# HELP x_total A \\ and\na "line"."#, "# TYPE x_total counter",
                "x_total{l=\"a\\\\b\\\"c\\nd\u{301}\"} 1",
            ])
    }

    @Test(
        "writes numbers so that they are read back exactly",
        arguments: [
            (0.1, "0.1"), (3, "3"), (-0.0, "0"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"),
            (123_456_789_012, "123456789012"), (1e-7, "1e-07"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        let registry = MetricRegistry()
        registry.gauge("g", help: "G.")[].set(value)
        #expect(registry.text().split(separator: "\n")[2] == "g \(text)")
    }

    @Test("keeps the number of series within its bound, and says so")
    func cardinality() {
        let registry = MetricRegistry(seriesPerMetric: 3)
        let counter = registry.counter("x_total", help: "X.", labels: ["a", "b"])
        for index in 0..<10 { counter["\(index)", "b"].add() }
        counter["1", "b"].add()
        let lines = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                #"x_total{a="0",b="b"} 1"#, #"x_total{a="1",b="b"} 2"#, #"x_total{a="2",b="b"} 1"#,
                #"x_total{a="other",b="other"} 7"#, #"vencejo_metric_series_merged_total{metric="x_total"} 7"#,
            ])
    }

    @Test("gives the same series for the same name and values")
    func sameSeries() {
        let registry = MetricRegistry()
        registry.counter("x_total", help: "X.", labels: ["a"])["1"].add()
        let again = registry.counter("x_total", help: "X.", labels: ["a"])["1"]
        again.add(-5)
        again.add(.nan)
        #expect(again.value == 1)
    }

    @Test("loses nothing when many tasks count at once")
    func concurrency() async {
        let registry = MetricRegistry()
        let counter = registry.counter("x_total", help: "X.", labels: ["l"])
        let times = registry.histogram("t_seconds", help: "T.", bounds: [1])
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<2_000 {
                        counter["\(task % 2)"].add(0.5)
                        times[].observe(2)
                    }
                }
            }
        }
        #expect(counter["0"].value == 4_000)
        #expect(counter["1"].value == 4_000)
        #expect(times[].value == .init(counts: [0, 16_000], sum: 32_000))
    }
}
