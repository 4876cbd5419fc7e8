import Files
import Testing

@testable import Commands

@Suite("What doctor says of the repo map")
struct MapReadinessTests {
    @Test("is one line with what is missing, what is broken, and the fix")
    func text() {
        let whole = MapReadiness(found: 14, missing: [], broken: [:], hasCtags: true)
        #expect(whole.text == "14 of 14 grammars; universal-ctags reads other languages")
        #expect(whole.isComplete && whole.fix == nil)

        let some = MapReadiness(found: 11, missing: ["go", "swift"], broken: ["c": "no function"], hasCtags: false)
        #expect(
            some.text == "11 of 14 grammars; missing: go, swift; broken: c (no function); "
                + "no universal-ctags, so other languages are only scanned")
        #expect(
            some.fix == "run scripts/grammars, or name the folder of the grammars in VENCEJO_GRAMMARS; "
                + "install universal-ctags")
        #expect(!some.isComplete)
    }

    @Test("An empty folder has no grammars, and an empty path no ctags")
    func nothing() async {
        let found = await MapReadiness.look(in: ["/nowhere"], environment: ["PATH": ""])
        #expect(found.found == 0 && found.missing.count == 14 && found.broken == [:] && !found.hasCtags)
        #expect(found.text == "0 of 14 grammars; no universal-ctags, so other languages are only scanned")
    }
}
