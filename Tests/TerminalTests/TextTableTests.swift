import Terminal
import Testing

@Suite struct TextTableTests {
    private var table: TextTable {
        var table = TextTable(columns: [
            .init("RUN"), .init("TITLE", isFlexible: true), .init("COST", alignment: .right),
        ])
        table.add(row: ["r1", "Add a\ntable of 日本 runs", "0.10"])
        table.add(row: ["r200", "Fix it", "12.00"])
        table.add(row: ["r3"])
        return table
    }

    @Test func `columns are as wide as their widest cell`() {
        #expect(
            table.lines(width: 80, style: TextStyle(colours: false)) == [
                "RUN   TITLE                      COST",
                "r1    Add a table of 日本 runs   0.10",
                "r200  Fix it                    12.00",
                "r3",
            ])
    }

    @Test func `a flexible column gives way`() {
        #expect(
            table.lines(width: 24, style: TextStyle(colours: true)) == [
                "\u{1B}[1mRUN   TITLE         COST\u{1B}[22m",
                "r1    Add a tabl…   0.10",
                "r200  Fix it       12.00",
                "r3",
            ])
    }
}
