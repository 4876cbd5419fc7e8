import Metrics
import Subprocess
import Testing

/// The text as the parser of the `prometheus_client` package reads it.
@Suite("Prometheus's own parser")
struct PrometheusParserTests {
    /// Where `scripts/clients` installs it.
    private static let folder = Command.inheritedEnvironment()["VENCEJO_TEST_CLIENTS"]

    @Test(
        "reads every metric, label and number as it was meant",
        .enabled(if: folder != nil, "prometheus_client is not installed: see scripts/clients"))
    func readBack() async throws {
        let registry = MetricRegistry()
        registry.counter("x_total", help: "With \\ and \n.", labels: ["l"])["a\\n\"\n{},= ü"].add(0.1)
        registry.gauge("g", help: "G.")[].set(.infinity)
        let times = registry.histogram("t_seconds", help: "T.", labels: ["m"], bounds: [0.001, 2.5])
        times["q"].observe(0.0005)
        times["q"].observe(30)
        let script = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as parse
            for family in sorted(parse(sys.stdin.read()), key=lambda family: family.name):
                print(family.name, family.type, repr(family.documentation))
                for sample in family.samples: print(' ', sample.name, sorted(sample.labels.items()), float(sample.value))
            """
        let result = try await Self.run(script, input: registry.text())
        #expect(
            result == """
                g gauge 'G.'
                  g [] inf
                t_seconds histogram 'T.'
                  t_seconds_bucket [('le', '0.001'), ('m', 'q')] 1.0
                  t_seconds_bucket [('le', '2.5'), ('m', 'q')] 1.0
                  t_seconds_bucket [('le', '+Inf'), ('m', 'q')] 2.0
                  t_seconds_sum [('m', 'q')] 30.0005
                  t_seconds_count [('m', 'q')] 2.0
                vencejo_metric_series_merged counter \
                'Lookups of a series for which its metric had no room, counted as "other" instead.'
                x counter 'With \\\\ and \\n.'
                  x_total [('l', 'a\\\\n"\\n{},= ü')] 0.1

                """)
    }

    private static func run(_ script: String, input: String) async throws -> String {
        let command = Command(
            "python3", ["-c", script],
            environment: Command.inheritedEnvironment(changes: ["PYTHONIOENCODING": "utf-8", "PYTHONPATH": folder]),
            input: .bytes(Array(input.utf8)))
        let result = try await command.run()
        try #require(result.succeeded, "\(result.stderr.text)")
        return result.stdout.text
    }
}
