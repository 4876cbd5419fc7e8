package import JSON

/// A workflow as written: what it takes, what it does, what it gives.
///
/// The value is frozen with each run that uses it: sub-workflows are part of it, and its hash is in the journal.
package struct WorkflowDefinition: Sendable, Hashable, Codable {
    /// `spec-driven`: lower case letters, digits, hyphens.
    package var name: String
    /// The author's own version, as text.
    package var version: String
    /// What it is for, in one sentence.
    package var summary: String
    /// In the order of the file.
    package var inputs: [InputDefinition]
    /// The run's outputs, worked out when its steps have ended.
    package var outputs: [OutputDefinition]
    package var steps: [StepDefinition]

    package init(
        name: String, version: String = "1", summary: String = "", inputs: [InputDefinition] = [],
        outputs: [OutputDefinition] = [], steps: [StepDefinition]
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.inputs = inputs
        self.outputs = outputs
        self.steps = steps
    }
}

/// A value that a run is given when it starts.
package struct InputDefinition: Sendable, Hashable, Codable {
    package var name: String
    package var type: ValueType
    package var summary: String
    package var isRequired: Bool
    package var defaultValue: JSONValue?
    /// The only values allowed, where not empty.
    package var choices: [JSONValue]

    package init(
        name: String, type: ValueType = .string, summary: String = "", isRequired: Bool = false,
        defaultValue: JSONValue? = nil, choices: [JSONValue] = []
    ) {
        self.name = name
        self.type = type
        self.summary = summary
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.choices = choices
    }
}

package enum ValueType: String, Sendable, Hashable, Codable, CaseIterable {
    case string, number, integer, boolean, array, object, any
}

/// A named result, worked out from an expression.
package struct OutputDefinition: Sendable, Hashable, Codable {
    package var name: String
    package var value: ValueTemplate

    package init(name: String, value: ValueTemplate) {
        self.name = name
        self.value = value
    }
}
