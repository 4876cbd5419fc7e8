import Conversation
import JSON

extension AnthropicMessages {
    /// How a request's wish for thinking is said, which depends on the model and on what else the request asks for.
    struct ThinkingWords {
        private(set) var thinking: JSONValue?
        private(set) var effort: ThinkingSetting.Effort?
        /// Whether temperature and the like may be said beside it.
        private(set) var takesSampling = true

        init(for request: ModelRequest) {
            guard let setting = request.thinking else { return }
            if request.origin == family || setting.mode != nil {
                sayAsGiven(setting)
                if request.origin != family, setting.mode != .off, thinking != nil { takesSampling = false }
            } else if let wished = setting.effort {
                convert(wished, for: request)
            }
        }

        private mutating func sayAsGiven(_ setting: ThinkingSetting) {
            effort = setting.effort
            var entry: JSONObject
            switch setting.mode {
            case .off: entry = ["type": "disabled"]
            case .adaptive: entry = ["type": "adaptive"]
            case .budget(let tokens): entry = ["type": "enabled", "budget_tokens": .integer(Int64(tokens))]
            case nil: return
            }
            entry.add(setting.passthrough, for: family)
            thinking = .object(entry)
        }

        /// An effort that another format gave: a budget for models that know no effort, else adaptive thinking.
        ///
        /// A model that must use a tool cannot think; then the wish is left out.
        private mutating func convert(_ wished: ThinkingSetting.Effort, for request: ModelRequest) {
            switch request.toolChoice {
            case .required, .tool: return
            case .auto, .never, nil: break
            }
            if Self.takesBudgets(request.model) {
                let budget = min(Self.budget(of: wished), request.maxOutputTokens - 1)
                guard budget >= 1_024 else { return }
                thinking = ["type": "enabled", "budget_tokens": .integer(Int64(budget))]
            } else {
                thinking = ["type": "adaptive"]
                effort = wished == .minimal ? .low : wished
            }
            takesSampling = false
        }

        private static func budget(of effort: ThinkingSetting.Effort) -> Int {
            switch effort {
            case .minimal: 1_024
            case .low: 2_048
            case .medium: 8_192
            case .high: 16_384
            case .xhigh: 32_768
            case .max: 49_152
            }
        }

        /// The models up to Claude 4.5, by their names.
        private static func takesBudgets(_ model: String) -> Bool {
            [
                "claude-3", "claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-2", "claude-opus-4-5",
                "claude-sonnet-4-0",
                "claude-sonnet-4-2", "claude-sonnet-4-5", "claude-haiku-4-5",
            ].contains { model.contains($0) }
        }
    }
}
