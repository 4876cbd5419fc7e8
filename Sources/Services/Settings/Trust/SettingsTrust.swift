import Crypto
package import Files
package import ProjectTrust
import YAML

/// Which projects the user lets reach further than their own work: by the hash of their settings.
package struct SettingsTrust: Sendable {
    private let list: TrustList

    /// - Parameter home: The folder of Vencejo's state.
    package init(home: FilePath) { list = TrustList(in: home / "trusted-settings.json", of: "settings") }

    /// Whether the user trusts the project's settings as they are now.
    package func isTrusted(_ project: FilePath) throws -> Bool {
        guard let hash = try Self.hash(of: project) else { return true }
        return try list.isTrusted(hash, of: project)
    }

    /// Says whether there was anything to trust.
    package func trust(_ project: FilePath) throws -> Bool {
        guard let hash = try Self.hash(of: project) else { return false }
        try list.trust(hash, of: project)
        return true
    }

    package func distrust(_ project: FilePath) throws(TrustError) { try list.distrust(project) }

    /// The hash of the project's settings and of the catalogues of models that they lead to, or nil where it has none.
    private static func hash(of project: FilePath) throws -> String? {
        var text = ""
        for name in [SettingsReader.projectFile, SettingsReader.projectCatalogue] + (try catalogues(of: project)) {
            let file = FilePath(name).resolved(from: project)
            guard FileSystem.exists(file) else { continue }
            do throws(FileError) {
                text += "\(name) \(SHA256.hash(try FileSystem.readBytes(file)).hex)\n"
            } catch {
                throw SettingsError("the configuration cannot be read: \(error.message)")
            }
        }
        return text.isEmpty ? nil : SHA256.hash(text).hex
    }

    /// The further catalogue that the settings name: whoever changes it changes what calls are counted as.
    private static func catalogues(of project: FilePath) throws -> [String] {
        let file = project / SettingsReader.projectFile
        guard FileSystem.exists(file) else { return [] }
        // Settings that cannot be read lead nowhere; whoever reads them says so.
        let document = try? YAMLNode.parse(try FileSystem.readText(file))
        return [document?["models"]?["catalogue"]?.scalarText].compactMap(\.self)
    }
}
