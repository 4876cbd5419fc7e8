package import Gateway
package import Settings
package import Timekeeping

extension RetryPolicy {
    /// What the configuration says.
    package init(_ settings: Settings.Retries) {
        self.init(attempts: settings.attempts, base: settings.wait, longest: settings.longestWait)
    }
}

extension DeploymentHealth {
    /// Nothing known yet, with the limits of the configuration.
    package convenience init(_ settings: Settings.Breaker, clock: WallClock) {
        var limits = CircuitBreaker.Limits()
        limits.failures = settings.failures
        limits.window = settings.window
        limits.share = Double(settings.percent) / 100
        limits.calls = settings.calls
        limits.cooldown = settings.pause
        limits.longestCooldown = settings.longestPause
        self.init(clock: clock, breaker: limits, asideTime: settings.keyPause)
    }
}
