/// What `Analysis` looks for without any model; ids are never given to another rule.
package enum AnalysisRule: String, Sendable, Hashable, CaseIterable, Codable {
    case notText = "SPEC001"
    case conflict = "SPEC002"
    case unclosed = "SPEC003"
    case untitled = "SPEC004"
    case noContent = "SPEC005"
    case noStory = "SPEC006"
    case duplicateID = "SPEC007"
    case malformedTask = "SPEC008"
    case requirementWithoutID = "SPEC009"
    case idWidth = "SPEC010"
    case openQuestion = "SPEC011"
    case placeholder = "SPEC012"
    case vagueWord = "SPEC013"
    case requirementWithoutTask = "SPEC014"
    case requirementWithoutTest = "SPEC015"
    case taskWithoutRequirement = "SPEC016"
    case unknownRequirement = "SPEC017"
    case unknownStory = "SPEC018"
    case unknownTask = "SPEC019"
    case dependencyCycle = "SPEC020"
    case sharedFile = "SPEC021"
    case phaseOrder = "SPEC022"
    case laterPhase = "SPEC023"
    case emptySection = "SPEC024"
    case criterionWithoutNumber = "SPEC025"
    case spelling = "SPEC026"
    case contradictingNumbers = "SPEC027"
    case unansweredPrinciple = "SPEC028"
    case earsFault = "SPEC029"
    case noObligation = "SPEC030"
    case severalObligations = "SPEC031"
    case incompleteScenario = "SPEC032"
    case scenarioOrder = "SPEC033"
    case storyWithoutScenario = "SPEC034"
    case storyWithoutPriority = "SPEC035"
    case storyWithoutTask = "SPEC036"
    case parallelWithoutFile = "SPEC037"
    case doneBeforeDependency = "SPEC038"
    case constitutionVersion = "SPEC039"
    case missingDocument = "SPEC040"

    package var id: String { rawValue }

    /// Errors keep the next step from being taken; warnings do not.
    package var severity: Diagnostic.Severity {
        switch self {
        case .notText, .conflict, .unclosed, .untitled, .noContent, .duplicateID, .malformedTask, .openQuestion,
            .unknownTask, .dependencyCycle, .missingDocument:
            .error
        default: .warning
        }
    }

    /// What the rule finds, in a few words.
    package var title: String {
        switch self {
        case .notText: "The document is not text, or too large"
        case .conflict: "Unresolved git conflict"
        case .unclosed: "Code fence or comment that is never closed"
        case .untitled: "No title"
        case .noContent: "A document without what it is there for"
        case .noStory: "No user story"
        case .duplicateID: "An id given twice"
        case .malformedTask: "A line that looks like a task and is none"
        case .requirementWithoutID: "A requirement without an id"
        case .idWidth: "An id written in another width than its kin"
        case .openQuestion: "An open NEEDS CLARIFICATION"
        case .placeholder: "A placeholder of the template"
        case .vagueWord: "A vague word"
        case .requirementWithoutTask: "A requirement that no task names"
        case .requirementWithoutTest: "A requirement that no test names"
        case .taskWithoutRequirement: "A task that serves no story and no requirement"
        case .unknownRequirement: "A requirement that the specification does not have"
        case .unknownStory: "A story that the specification does not have"
        case .unknownTask: "A task that does not exist"
        case .dependencyCycle: "Tasks that wait for one another"
        case .sharedFile: "Parallel tasks that name one file"
        case .phaseOrder: "Phases out of order"
        case .laterPhase: "A task that waits for a later phase"
        case .emptySection: "A section without text"
        case .criterionWithoutNumber: "A success criterion without a number"
        case .spelling: "One term in two spellings"
        case .contradictingNumbers: "Numbers that contradict one another"
        case .unansweredPrinciple: "A principle that the plan does not answer"
        case .earsFault: "A condition that is not written out (EARS)"
        case .noObligation: "A requirement that obliges nobody"
        case .severalObligations: "Several requirements under one id"
        case .incompleteScenario: "A scenario without When or Then"
        case .scenarioOrder: "A scenario whose parts are out of order"
        case .storyWithoutScenario: "A story without an acceptance scenario"
        case .storyWithoutPriority: "A story without a priority"
        case .storyWithoutTask: "A story without a task"
        case .parallelWithoutFile: "A parallel task that names no file"
        case .doneBeforeDependency: "A ticked task that waits for an open one"
        case .constitutionVersion: "A constitution without a version"
        case .missingDocument: "A document that others rest on is missing"
        }
    }
}
