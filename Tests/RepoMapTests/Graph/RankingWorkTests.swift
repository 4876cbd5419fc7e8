import SourceTags
import Testing

@testable import RepoMap

@Suite("The work of ranking")
struct RankingWorkTests {
    /// Files that all define and use one name, and a name of their own each.
    private func graph(_ count: Int) -> TagGraph {
        TagGraph(
            (0..<count).map { number in
                let names = ["everywhere", "OnlyHere\(number)", "OnlyHere\((number + 1) % count)"]
                let tags = names.enumerated().map { index, name in
                    Tag(
                        name: name, role: index == 2 ? .reference : .definition, kind: .function, line: index + 1,
                        lastLine: index + 1)
                }
                let use = Tag(name: "everywhere", role: .reference, kind: .function, line: 4, lastLine: 4)
                return IndexedFile(path: "file\(number).src", tags: TagArchive(tags + [use]))
            })
    }

    @Test("grows with the files and not with their square where all define and use one name", arguments: [500, 5000])
    func everywhere(count: Int) {
        let graph = graph(count)
        let ranking = Ranking(graph, focus: Focus(terms: [], task: "", graph))
        #expect(graph.definitions(named: graph.names.number(of: "everywhere") ?? 0).count == count)
        // Each definition once, and each own name once more where it is used.
        #expect(ranking.looks == count * 3)
    }
}
