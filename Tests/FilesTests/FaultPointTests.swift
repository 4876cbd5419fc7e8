import Testing

@testable import Files

@Suite struct FaultPointTests {
    @Test(arguments: ["", "kill", "kill:", "kill:0", "kill:-1", "kill:x", "burn:3", "count"])
    func `A setting that cannot be understood is ignored`(setting: String) {
        #expect(FaultPlan(setting)?.kind == nil)
    }

    @Test func `Settings say where to die or where to count`() {
        #expect(FaultPlan("kill:12")?.kind == .kill(at: 12))
        #expect(FaultPlan("kill:journal.record")?.kind == .killNamed("journal.record"))
        #expect(FaultPlan("count:/tmp/a:b")?.kind == .count(file: "/tmp/a:b"))
    }

    @Test func `Counting writes a line for each point in order`() throws {
        try FileSystem.withTemporaryDirectory { folder in
            let plan = try #require(FaultPlan("count:\(folder / "points")"))
            plan.pass("one")
            plan.pass("two\nlines")
            #expect(try FileSystem.readText(folder / "points") == "one\ntwo lines\n")
        }
    }
}
