import Conversation
import Settings
import Testing
import Workbench
import WorkflowEngine

@testable import Commands

@Suite("Errors become exit statuses in one table")
struct FailureTests {
    @Test(
        "each error ends the process as the documents say",
        arguments: [
            (EngineError(.notFound, "m") as any Error, Commands.ExitStatus.usage), (EngineError(.busy, "m"), .failed),
            (EngineError(.refused, "m"), .refused), (SettingsError("m"), .usage),
            (ModelError(.authentication, "m"), .usage), (ModelError(.network, "m"), .failed),
            (WorkbenchError(.notRepository, "m"), .usage), (WorkbenchError(.sandboxMissing, "m"), .usage),
            (WorkbenchError(.conflict, "m"), .failed),
        ])
    func statuses(error: any Error, status: Commands.ExitStatus) {
        let failure = Failure(error)
        #expect(failure.status == status)
        #expect(failure.message == "m")
    }
}
