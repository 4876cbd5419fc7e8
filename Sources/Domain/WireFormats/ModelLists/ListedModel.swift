/// A model as lists of models tell of it.
package struct ListedModel: Sendable, Hashable {
    package var id: String
    /// In seconds since 1970; 0 where it is not known.
    package var created: Int
    package var owner: String
    /// For people; the id where there is none.
    package var displayName: String?
    /// Of input and of output, in tokens, where it is known.
    package var contextWindow: Int?
    package var outputLimit: Int?

    package init(
        id: String, created: Int = 0, owner: String = "", displayName: String? = nil, contextWindow: Int? = nil,
        outputLimit: Int? = nil
    ) {
        self.id = id
        self.created = created
        self.owner = owner
        self.displayName = displayName
        self.contextWindow = contextWindow
        self.outputLimit = outputLimit
    }
}
