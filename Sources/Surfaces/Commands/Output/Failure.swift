import AgentRuntime
import CommandLineKit
import Conversation
import Files
import Hooks
import Keys
import RepoMap
import ResponseCache
import SQLite
import Settings
import SpecProofs
import Specs
import Storage
import WebPages
import Workbench
import WorkflowEngine
import WorkflowLibrary

/// What a user is told of an error, and how the process ends: the one table of errors and exit statuses.
struct Failure: Error, Sendable, Hashable {
    var status: ExitStatus
    /// For scripts: a word that stays the same.
    var code: String
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
        code = "\(status)"
    }

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as EngineError: self.init(error)
        case let error as SettingsError: self.init(.usage, error.message, code: "configuration")
        case let error as AgentError: self.init(.usage, error.message, code: "agent")
        case let error as KeysError:
            self.init(
                [.unavailable, .closed].contains(error.code) ? .failed : .usage, error.message,
                code: "keys-\(error.code.rawValue)")
        case let error as HooksError: self.init(.usage, error.message, code: "hooks-\(error.code.rawValue)")
        case let error as UsageError: self.init(.usage, error.message, code: "usage")
        case let error as ModelError: self.init(Self.status(of: error.code), error.message, code: error.code.rawValue)
        case let error as WorkbenchError:
            self.init(Self.status(of: error.code), error.message, code: error.code.rawValue)
        case let error as SQLiteError: self.init(.failed, "the journal: \(error)", code: "storage")
        case let error as StorageError: self.init(.failed, error.message, code: "storage")
        case let error as ContextError:
            self.init(error.code == .refused ? .refused : .usage, error.message, code: "context-\(error.code.rawValue)")
        case let error as WebPageError:
            self.init(
                error.code == .refused ? .refused : error.code == .failed ? .failed : .usage, error.message,
                code: "page-\(error.code.rawValue)")
        case let error as WorkflowLibraryError:
            self.init(error.code == .unreadable ? .failed : .usage, error.message, code: error.code.rawValue)
        case let error as SpecsError:
            self.init(
                [.unreadable, .broken, .changed].contains(error.code) ? .failed : .usage, error.message,
                code: "specs-\(error.code.rawValue)")
        case let error as ProofError: self.init(.failed, error.message, code: "specs-\(error.code.rawValue)")
        case let error as CacheError: self.init(.failed, error.message, code: "cache-\(error.code.rawValue)")
        case let error as RepoMapError: self.init(.failed, error.message, code: "map")
        case let error as FileError: self.init(.failed, error.message, code: "file")
        default: self.init(.failed, "\(error)", code: "internal")
        }
    }

    private init(_ status: ExitStatus, _ message: String, code: String) {
        self.status = status
        self.message = message
        self.code = code
    }

    private init(_ error: EngineError) {
        let status: ExitStatus =
            switch error.code {
            case .usage, .notFound: .usage
            case .refused: .refused
            case .busy, .state, .conflict, .failed: .failed
            }
        self.init(status, error.message, code: error.code.rawValue)
    }

    private static func status(of code: ModelError.Code) -> ExitStatus {
        switch code {
        case .authentication, .unknownModel, .outOfCredit: .usage
        default: .failed
        }
    }

    private static func status(of code: WorkbenchError.Code) -> ExitStatus {
        switch code {
        case .notRepository, .noCommits, .bareRepository, .gitMissing, .gitTooOld, .unsafeOwnership, .sandboxMissing,
            .invalidPolicy:
            .usage
        default: .failed
        }
    }
}
