/// What turns a text into coordinates, so that similar texts are near each other.
package struct TextEmbedder: Sendable {
    /// The model's name: vectors of different embedders are never compared.
    package var name: String
    /// The coordinates of a text, always equally many.
    package var embed: @Sendable (String) async throws -> [Float]
    /// How long a question may wait for its vector; then it is a miss.
    package var patience: Duration

    /// In bytes; a longer text is not compared, as models look at its beginning only.
    package var longestText: Int

    package init(
        name: String, patience: Duration = .seconds(2), longestText: Int = 2_000,
        embed: @escaping @Sendable (String) async throws -> [Float]
    ) {
        self.name = name
        self.patience = patience
        self.longestText = longestText
        self.embed = embed
    }
}
