package import Files

/// The agents there are: the built-in ones, and a project's own above them.
package struct AgentLibrary: Sendable {
    private let agents: [String: AgentDefinition]

    /// - Parameter overrides: a folder of `NAME.md` files, usually `.vencejo/agents`; it need not exist.
    package init(overrides: FilePath?) throws {
        var agents: [String: AgentDefinition] = [:]
        for (file, bytes) in Self.builtIn {
            let agent = try AgentDefinition(parsing: String(decoding: bytes, as: UTF8.self), file: file)
            agents[agent.name] = agent
        }
        if let overrides, FileSystem.exists(overrides) {
            for entry in try FileSystem.list(overrides) where entry.name.hasSuffix(".md") {
                let path = overrides.appending(entry.name)
                let agent = try AgentDefinition(parsing: try FileSystem.readText(path), file: path.string)
                agents[agent.name] = agent
            }
        }
        self.agents = agents
    }

    package var names: [String] { agents.keys.sorted() }

    /// The agents that have no tool to change files with.
    package var readOnly: Set<String> {
        let writing: Set = ["edit_file", "apply_patch", "write_file", "run_command", "fix_lint"]
        return Set(agents.values.filter { $0.tools.isDisjoint(with: writing) }.map(\.name))
    }

    /// The agents that others may start.
    package var spawnable: [AgentDefinition] {
        agents.values.filter(\.isSpawnable).sorted { $0.name < $1.name }
    }

    package func agent(named name: String) throws(AgentError) -> AgentDefinition {
        guard let agent = agents[name] else {
            throw AgentError("there is no agent '\(name)'; the agents are \(names.joined(separator: ", "))")
        }
        return agent
    }

    private static let builtIn: [(String, [UInt8])] = [
        ("planner.md", PackageResources.planner_md), ("architect.md", PackageResources.architect_md),
        ("developer.md", PackageResources.developer_md), ("reviewer.md", PackageResources.reviewer_md),
        ("explorer.md", PackageResources.explorer_md),
    ]
}
