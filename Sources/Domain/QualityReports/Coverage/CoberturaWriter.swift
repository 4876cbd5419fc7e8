import XML

/// Writes coverage as Cobertura's XML.
package enum CoberturaWriter {
    /// Branches stand on their lines; those of a line without hits are left out, as the format has no place for them.
    package static func write(_ report: CoverageReport) -> [UInt8] {
        let classes = report.files.map { file in
            let branches = Dictionary(file.branches.map { ($0.line, $0) }) { first, _ in first }
            let lines = file.lines.map { XMLNode.element(line($0, branches[$0.line])) }
            return XMLElement(
                "class",
                [XMLAttribute("name", file.path), XMLAttribute("filename", file.path)]
                    + rates(file.lineCount, file.branchCount) + [XMLAttribute("complexity", "0")],
                [.element(XMLElement("methods")), .element(XMLElement("lines", [], lines))])
        }
        let all = rates(report.lines, report.branches)
        let package = XMLElement(
            "package", [XMLAttribute("name", ".")] + all + [XMLAttribute("complexity", "0")],
            [.element(XMLElement("classes", [], classes.map { .element($0) }))])
        let totals = [
            XMLAttribute("lines-covered", "\(report.lines.covered)"),
            XMLAttribute("lines-valid", "\(report.lines.total)"),
            XMLAttribute("branches-covered", "\(report.branches.covered)"),
            XMLAttribute("branches-valid", "\(report.branches.total)"), XMLAttribute("complexity", "0"),
            XMLAttribute("version", "1"), XMLAttribute("timestamp", "0"),
        ]
        let root = XMLElement(
            "coverage", all + totals,
            [
                .element(XMLElement("sources", [], [.element(XMLElement("source", [], [.text(".")]))])),
                .element(XMLElement("packages", [], [.element(package)])),
            ])
        return XMLWriter.write(
            root, doctype: "coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\"")
    }

    private static func rates(_ lines: CoverageCount, _ branches: CoverageCount) -> [XMLAttribute] {
        [XMLAttribute("line-rate", rate(lines)), XMLAttribute("branch-rate", rate(branches))]
    }

    private static func rate(_ count: CoverageCount) -> String { "\((count.percent ?? 0) / 100)" }

    private static func line(_ line: LineHits, _ branch: BranchHits?) -> XMLElement {
        var attributes = [XMLAttribute("number", "\(line.line)"), XMLAttribute("hits", "\(line.hits)")]
        if let branch {
            let percent = 100 * Double(branch.covered) / Double(branch.total)
            let text = "\(Int(percent.rounded(.down)))% (\(branch.covered)/\(branch.total))"
            attributes += [XMLAttribute("branch", "true"), XMLAttribute("condition-coverage", text)]
        } else {
            attributes.append(XMLAttribute("branch", "false"))
        }
        return XMLElement("line", attributes)
    }
}
