import CPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is behind an output descriptor: a terminal and its size, or something that only takes text.
package struct TerminalInfo: Sendable, Equatable {
    package let isTerminal: Bool
    /// Columns; `COLUMNS` or 80 where there is no terminal to ask.
    package let width: Int
    /// Lines; `LINES` or 24 where there is no terminal to ask.
    package let height: Int
    package let colours: Bool
    /// Whether lines can be erased and drawn again; a terminal with `TERM=dumb` cannot.
    package let canRedraw: Bool
    /// What to ask for the width again; nil for a terminal that is described and not there.
    private let descriptor: Int32?

    /// `canRedraw` is `isTerminal` unless given.
    package init(
        isTerminal: Bool, width: Int, height: Int, colours: Bool, canRedraw: Bool? = nil, descriptor: Int32? = nil
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.height = height
        self.colours = colours
        self.canRedraw = canRedraw ?? isTerminal
        self.descriptor = descriptor
    }

    /// The columns now, which change when a window does.
    package var currentWidth: Int {
        guard isTerminal, let descriptor else { return width }
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard vj_terminal_size(descriptor, &columns, &rows) == 0, columns > 0 else { return width }
        return Int(columns)
    }

    /// Asks the descriptor, then the environment.
    ///
    /// `NO_COLOR` turns colours off whatever else is set; `CLICOLOR_FORCE` other than 0 turns them on where there is
    /// no terminal; else they need a terminal whose `TERM` is neither unset nor `dumb`.
    package static func detect(descriptor: Int32, environment: [String: String]) -> TerminalInfo {
        let isTerminal = isatty(descriptor) == 1
        var columns: Int32 = 0
        var rows: Int32 = 0
        if !isTerminal || vj_terminal_size(descriptor, &columns, &rows) != 0 { (columns, rows) = (0, 0) }
        let isCapable = isTerminal && !["", "dumb"].contains(environment["TERM"] ?? "")
        return TerminalInfo(
            isTerminal: isTerminal,
            width: size(columns, environment["COLUMNS"], otherwise: 80),
            height: size(rows, environment["LINES"], otherwise: 24),
            colours: colours(isCapable: isCapable, environment: environment),
            canRedraw: isCapable, descriptor: descriptor)
    }

    private static func size(_ asked: Int32, _ variable: String?, otherwise: Int) -> Int {
        if asked > 0 { return Int(asked) }
        guard let number = variable.flatMap({ Int($0) }), (1...10_000).contains(number) else { return otherwise }
        return number
    }

    private static func colours(isCapable: Bool, environment: [String: String]) -> Bool {
        if !(environment["NO_COLOR"] ?? "").isEmpty { return false }
        if !["", "0"].contains(environment["CLICOLOR_FORCE"] ?? "") { return true }
        return isCapable
    }
}
