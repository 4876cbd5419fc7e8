import JSON
import JSONSchema

/// Asks our schema checker whether a schema can be used.
enum SchemaCheck {
    static func fault(of schema: JSONValue) -> SchemaError? {
        do throws(SchemaError) {
            _ = try Schema(schema, unknownKeywords: .refused)
            return nil
        } catch {
            return error
        }
    }
}
