/// What is wrong with the configuration: which file, line and key, and how to mend it.
package struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}
