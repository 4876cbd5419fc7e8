/// Aligned columns with a heading, fitted to a width.
package struct TextTable: Sendable {
    /// One column; a flexible one is shortened where the table is too wide.
    package struct Column: Sendable, Equatable {
        /// The side the cells are pushed to.
        package enum Alignment: Sendable {
            case left, right
        }

        package let title: String
        package let alignment: Alignment
        package let isFlexible: Bool

        package init(_ title: String, alignment: Alignment = .left, isFlexible: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.isFlexible = isFlexible
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    package init(columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; missing cells are empty, cells too many are dropped, newlines and tabs become spaces.
    package mutating func add(row: [String]) {
        rows.append(
            columns.indices.map { column in
                guard column < row.count else { return "" }
                return String(row[column].map { $0.isNewline || $0 == "\t" ? " " : $0 })
            })
    }

    /// The heading and the rows, two spaces between columns, without spaces at the ends of lines.
    ///
    /// No line is wider than `width` as long as the flexible columns have more than eight cells to give.
    package func lines(width: Int, style: TextStyle) -> [String] {
        let widths = fitted(to: width)
        let heading = line(columns.map(\.title), widths: widths)
        return [style.bold(heading)] + rows.map { line($0, widths: widths) }
    }

    private func fitted(to width: Int) -> [Int] {
        var widths = columns.indices.map { column in
            rows.reduce(columns[column].title.displayWidth) { max($0, $1[column].displayWidth) }
        }
        var excess = widths.reduce(0, +) + 2 * max(0, columns.count - 1) - width
        while excess > 0 {
            let candidates = columns.indices.filter { columns[$0].isFlexible && widths[$0] > 8 }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [String], widths: [Int]) -> String {
        let parts = columns.indices.map { column in
            let cell = cells[column].truncated(toWidth: widths[column])
            guard columns[column].alignment == .right else { return cell.padded(toWidth: widths[column]) }
            return String(repeating: " ", count: max(0, widths[column] - cell.displayWidth)) + cell
        }
        var line = parts.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
