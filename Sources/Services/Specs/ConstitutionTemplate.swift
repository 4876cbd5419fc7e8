/// The constitution that `vencejo init` lays down for the project to change.
package enum ConstitutionTemplate {
    package static let path = ".specify/memory/constitution.md"

    package static var text: String { String(decoding: PackageResources.constitution_template_md, as: UTF8.self) }
}
