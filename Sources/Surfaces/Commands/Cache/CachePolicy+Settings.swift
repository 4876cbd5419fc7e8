package import ResponseCache
package import Settings

extension CachePolicy {
    /// What the configuration says; where the cache is off, a policy that keeps nothing.
    package init(_ settings: Settings.Cache) {
        self.init()
        isExact = settings.isEnabled && settings.isExact
        isSemantic = settings.isEnabled && settings.isSemantic
        for (name, figures) in settings.kinds {
            let kind = CacheKind(rawValue: name)
            // A kind of its own is compared as strictly as the strictest of the usual ones.
            var rule = kinds[kind] ?? CacheKindRule(timeToLive: .seconds(86_400), similarity: 0.95)
            rule.timeToLive = figures.timeToLive ?? rule.timeToLive
            rule.similarity = figures.similarity ?? rule.similarity
            kinds[kind] = rule
        }
        sharing =
            switch settings.share {
            case .none: .none
            case .project: .project
            case .key: .key
            }
        highestTemperature = settings.temperature
        keepsUnstatedTemperature = settings.keepsUnstatedTemperature
        allowsTools = settings.allowsTools
        largestSize = settings.size
    }
}
