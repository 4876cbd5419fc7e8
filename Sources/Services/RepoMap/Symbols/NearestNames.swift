/// Files and names that are written like a word that was not found.
enum NearestNames {
    static func nearest(to term: String, _ graph: TagGraph, limit: Int = 3) -> [String] {
        let wanted = Array(term.lowercased().utf8)
        var best: [(distance: Int, text: String)] = []
        func offer(_ text: String, _ compared: some StringProtocol) {
            let other = Array(compared.lowercased().utf8)
            let most = wanted.count < 4 ? 1 : max(2, wanted.count / 3)
            guard abs(other.count - wanted.count) <= most else { return }
            let distance = distance(wanted, other)
            guard distance <= most, !best.contains(where: { $0.text == text }) else { return }
            best.append((distance, text))
        }
        for file in graph.files {
            let name = file.path.split(separator: "/").last ?? ""
            offer(file.path, name)
            offer(file.path, name.prefix { $0 != "." })
            offer(file.path, file.path)
        }
        for name in 0..<graph.names.count where !graph.definitions(named: Int32(name)).isEmpty {
            offer(graph.names.text(Int32(name)), graph.names.text(Int32(name)))
        }
        return best.sorted { ($0.distance, $0.text) < ($1.distance, $1.text) }.prefix(limit).map(\.text)
    }

    /// Insertions, deletions and replacements from one to the other.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var last = Array(0...other.count)
        for (row, byte) in one.enumerated() {
            var next = [row + 1]
            next.reserveCapacity(other.count + 1)
            for (column, otherByte) in other.enumerated() {
                let replaced = last[column] + (byte == otherByte ? 0 : 1)
                next.append(min(replaced, last[column + 1] + 1, next[column] + 1))
            }
            last = next
        }
        return last[other.count]
    }
}
