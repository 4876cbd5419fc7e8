import XML

/// Reads Cobertura's XML.
///
/// Where the report names one source folder other than `.`, paths are joined to it.
enum CoberturaParser {
    static func parse(_ bytes: [UInt8]) throws(ReportError) -> CoverageReport {
        let source = try Source(bytes, "Cobertura XML")
        let root = try source.xml()
        guard root.name == "coverage" else {
            throw source.foreign(line: root.line, "the root is <\(root.name)>, not <coverage>")
        }
        let folders = (root.first("sources")?.elements("source") ?? []).compactMap { $0.text.trimmedOrNil }
        let folder = folders.count == 1 && folders[0] != "." ? folders[0] : nil
        var files: [FileCoverage] = []
        for package in root.first("packages")?.elements("package") ?? [] {
            for element in package.first("classes")?.elements("class") ?? [] {
                files.append(try file(element, in: folder, source))
            }
        }
        return CoverageReport(files: files)
    }

    private static func file(
        _ element: XMLElement, in folder: String?, _ source: Source
    ) throws(ReportError) -> FileCoverage {
        guard let name = element["filename"], !name.isEmpty else {
            throw source.malformed(line: element.line, "a <class> has no filename")
        }
        var lines: [LineHits] = []
        var branches: [BranchHits] = []
        for line in element.first("lines")?.elements("line") ?? [] {
            guard let number = line["number"].flatMap({ Int($0) }), let hits = line["hits"].flatMap(Counter.parse)
            else { throw source.malformed(line: line.line, "a <line> has no number or no hits") }
            lines.append(LineHits(line: number, hits: hits))
            guard line["branch"]?.lowercased() == "true", let text = line["condition-coverage"],
                let ratio = text[...].cut("(")?.after.cut(")")?.before.cut("/"),
                let covered = Int(ratio.before), let total = Int(ratio.after)
            else { continue }
            branches.append(BranchHits(line: number, covered: covered, total: total))
        }
        let isJoined = !name.hasPrefix("/") && folder != nil
        let path = isJoined ? (folder.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? "") + name : name
        return FileCoverage(path: path, lines: lines, branches: branches)
    }
}

/// A count that may be larger than any integer here, or negative by a fault of the tool.
enum Counter {
    static func parse(_ text: some StringProtocol) -> Int? {
        if let value = Int(text) { return max(value, 0) }
        guard let value = Double(String(text)), !value.isNaN else { return nil }
        return value <= 0 ? 0 : value >= 9e18 ? .max : Int(value)
    }
}
