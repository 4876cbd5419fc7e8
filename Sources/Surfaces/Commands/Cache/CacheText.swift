import JSON
import Money
import ResponseCache
import Terminal

/// The table of the cache's figures; pure.
struct CacheText: Sendable {
    let output: Output

    func table(of statistics: CacheStatistics, isEnabled: Bool) -> String {
        var lines: [String] = []
        if statistics.kinds.isEmpty {
            lines.append("Nothing is kept, and nothing was asked for.")
        } else {
            var table = TextTable(columns: [
                .init("KIND", isFlexible: true), .init("KEPT", alignment: .right), .init("SIZE", alignment: .right),
                .init("HITS", alignment: .right), .init("SIMILAR", alignment: .right),
                .init("MISSES", alignment: .right),
                .init("HIT %", alignment: .right), .init("SAVED", alignment: .right),
                .init("TOKENS", alignment: .right),
            ])
            for (kind, figures) in statistics.kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                table.add(row: row(kind.rawValue.sanitized, figures))
            }
            if statistics.kinds.count > 1 { table.add(row: row("all", statistics.total)) }
            lines += table.lines(width: output.width, style: output.style)
            let total = statistics.total
            lines += [
                "",
                "\(total[.stored]) stored, \(total[.expired]) expired, \(total[.evicted]) made room, \(total[.purged]) purged, "
                    + "\(total[.bypassed]) calls went past the cache.",
            ]
        }
        if let fault = statistics.lastFault { lines.append("\(output.style.yellow("!")) \(fault.sanitized)") }
        if !isEnabled { lines.append("The cache is off: cache: on in the configuration switches it on.") }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ figures: CacheStatistics.Figures) -> [String] {
        [
            name, "\(figures.entries)", Self.size(figures.bytes), "\(figures.hits)", "\(figures[.semanticHits])",
            "\(figures[.misses])", "\(figures.hitPercent)", CostsText.rounded(figures.saved),
            EventText.tokens(figures[.savedInputTokens] + figures[.savedOutputTokens]),
        ]
    }

    /// `950 B`, `12.3 kB`, `4.1 MB`: powers of 1000.
    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1000: "\(bytes) B"
        case ..<1_000_000: "\(bytes / 1000).\(bytes % 1000 / 100) kB"
        case ..<1_000_000_000: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
        default: "\(bytes / 1_000_000_000).\(bytes % 1_000_000_000 / 100_000_000) GB"
        }
    }
}
