/// Where virtual keys are kept.
package protocol VirtualKeyStore: Sendable {
    /// All keys, also those that are revoked, the oldest first.
    func keys() async throws -> [VirtualKey]
    /// A number that is another one after every change of any key, by whichever process; cheap to ask for.
    func keysVersion() async throws -> Int64
    /// Adds a key; says false where an unrevoked key has its name.
    func add(_ key: VirtualKey) async throws -> Bool
    /// Changes a key as it is then, in one transaction.
    ///
    /// - Returns: The key after it, nil where there is none of that id.
    func change(
        _ id: VirtualKeyID, _ body: @escaping @Sendable (inout VirtualKey) throws -> Void
    ) async throws -> VirtualKey?
}
