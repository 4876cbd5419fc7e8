import CPlatform
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads what somebody types.
package enum LineInput {
    /// The bytes a line may have.
    static let limit = 1 << 20

    /// The next line without its end, or nil at the end of the input.
    ///
    /// Nothing behind the line is consumed, so that calls can follow one another; two at once on one descriptor
    /// would share its bytes. Waits on a thread of its own and throws `CancellationError` as soon as the task is
    /// cancelled; what was typed of the line until then is lost. Bytes that are not UTF-8 are replaced.
    package static func readLine(descriptor: Int32 = 0) async throws -> String? {
        let wake = try WakePipe(descriptor: descriptor)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "vencejo.line-input").async {
                    continuation.resume(with: Result { try read(descriptor, wake: wake) })
                }
            }
        } onCancel: {
            wake.signal()
        }
    }

    private static func read(_ descriptor: Int32, wake: WakePipe) throws -> String? {
        var line: [UInt8] = []
        while true {
            try wait(descriptor, wake: wake)
            var byte: UInt8 = 0
            // One byte at a time, because what follows the line belongs to the next reader.
            let count = Self.readByte(descriptor, &byte)
            if count < 0 {
                if [EINTR, EAGAIN, EWOULDBLOCK].contains(errno) { continue }
                throw TerminalError.cannotRead(descriptor, error: errno)
            }
            if count == 0, line.isEmpty { return nil }
            if count == 0 || byte == UInt8(ascii: "\n") {
                if count != 0, line.last == UInt8(ascii: "\r") { line.removeLast() }
                return String(decoding: line, as: UTF8.self)
            }
            guard line.count < limit else {
                throw TerminalError(
                    code: .lineTooLong, message: "The line from descriptor \(descriptor) has more than \(limit) bytes.")
            }
            line.append(byte)
        }
    }

    private static func wait(_ descriptor: Int32, wake: WakePipe) throws {
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&watched, nfds_t(watched.count), -1) < 0 {
            guard errno == EINTR else { throw TerminalError.cannotRead(descriptor, error: errno) }
        }
        if watched[1].revents != 0 { throw CancellationError() }
    }

    private static func readByte(_ descriptor: Int32, _ byte: inout UInt8) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, &byte, 1)
        #elseif canImport(Darwin)
            Darwin.read(descriptor, &byte, 1)
        #endif
    }
}

/// A pipe that ends a wait; both ends are closed with the last reference.
private final class WakePipe: Sendable {
    let readEnd: Int32
    private let writeEnd: Int32

    init(descriptor: Int32) throws(TerminalError) {
        var ends: [Int32] = [-1, -1]
        guard vj_pipe_cloexec(&ends) == 0 else { throw TerminalError.cannotRead(descriptor, error: errno) }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func signal() {
        // The pipe is empty until this one byte, so the write neither blocks nor fails.
        _ = write(writeEnd, "x", 1)
    }
}
