import FoundationEssentials

/// The five sockets of a kernel.
package enum Channel: String, Sendable, CaseIterable {
    /// Requests that are handled in order.
    case shell
    /// Requests that are handled even while a cell runs.
    case control
    /// Questions of the kernel to the user.
    case stdin
    /// Broadcasts of the kernel to all front ends.
    case iopub
    /// A sign of life: every message is echoed.
    case heartbeat = "hb"
}

/// A connection file, which a front end writes: the addresses of a kernel's sockets, and the key of its signatures.
package struct ConnectionFile: Sendable, Hashable {
    /// The transport of the sockets.
    package enum Transport: String, Sendable, CaseIterable {
        /// TCP: an address and a port for each channel.
        case tcp
        /// Unix domain sockets: a path, and a suffix for each channel.
        case ipc
    }

    /// The transport of the sockets.
    package let transport: Transport
    /// The address to listen on, or the prefix of the sockets' paths.
    package let ip: String
    /// The port of each channel, or the suffix of its path.
    package let ports: [Channel: Int]
    /// The key of the signatures; if it is empty, messages are not signed.
    package let key: String
    /// The keys of the encryption, if the front end asks for encrypted sockets.
    package let curve: CurveKeys?

    /// Reads a connection file. Errors name the file, the key, and what is wrong with it.
    package init(path: String) throws(ConnectionFileError) {
        let contents: Data
        do { contents = try Data(contentsOf: URL(filePath: path)) } catch { throw .unreadable(path: path) }
        let json: JSON
        do { json = try JSON(parsing: contents) } catch { throw .notJSON(path: path, error) }
        try self.init(json: json, path: path)
    }

    /// Reads the contents of a connection file; the path is used in errors only.
    package init(json: JSON, path: String = "connection file") throws(ConnectionFileError) {
        guard let members = json.object else { throw .notADictionary(path: path) }

        func invalid(_ key: String, _ expected: String) -> ConnectionFileError {
            if let value = members[key] {
                .invalid(key: key, value: value, expected: expected, path: path)
            } else {
                .missing(key: key, path: path)
            }
        }
        func text(_ key: String, default: String? = nil) throws(ConnectionFileError) -> String {
            guard let value = (members[key] ?? `default`.map(JSON.string))?.string else {
                throw invalid(key, "a string")
            }
            return value
        }

        let name = try text("transport", default: "tcp")
        guard let transport = Transport(rawValue: name) else { throw invalid("transport", "\"tcp\" or \"ipc\"") }
        let scheme = try text("signature_scheme", default: "hmac-sha256")
        guard scheme == "hmac-sha256" else { throw invalid("signature_scheme", "\"hmac-sha256\"") }
        let ip = try text("ip")
        guard !ip.isEmpty, !ip.utf8.contains(0) else { throw invalid("ip", "an address") }
        var ports: [Channel: Int] = [:]
        for channel in Channel.allCases {
            let key = channel.rawValue + "_port"
            guard let port = members[key]?.int, (1...65535).contains(port) else {
                throw invalid(key, "a port from 1 to 65535")
            }
            ports[channel] = port
        }
        self.transport = transport
        self.ip = ip
        self.ports = ports
        self.key = try text("key")

        func curveKey(_ key: String) throws(ConnectionFileError) -> String {
            // Errors are printed, so they must not contain secrets.
            guard let value = members[key] else { throw .missing(key: key, path: path) }
            guard let text = value.string, CurveKeys.isKey(text) else {
                throw .invalid(key: key, value: "(hidden)", expected: "a key of 40 characters in Z85", path: path)
            }
            return text
        }
        let isEncrypted = members["curve_publickey"] != nil || members["curve_secretkey"] != nil
        curve =
            isEncrypted
            ? CurveKeys(publicKey: try curveKey("curve_publickey"), secretKey: try curveKey("curve_secretkey")) : nil
    }

    /// The ZeroMQ address of a channel: `tcp://ip:port` or `ipc://ip-port`.
    package func endpoint(of channel: Channel) -> String {
        let separator = transport == .tcp ? ":" : "-"
        return "\(transport.rawValue)://\(ip)\(separator)\(ports[channel, default: 0])"
    }
}

/// The two keys of CurveZMQ, which encrypts a socket's traffic, in the printable form Z85.
package struct CurveKeys: Sendable, Hashable {
    /// The public key, by which clients recognize the kernel.
    package let publicKey: String
    /// The secret key, which proves to be the kernel.
    package let secretKey: String

    /// Creates a pair of keys.
    package init(publicKey: String, secretKey: String) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Whether a text is a key: 40 characters of Z85, which encode 32 bytes.
    static func isKey(_ text: String) -> Bool {
        text.utf8.count == 40 && text.wholeMatch(of: /[0-9a-zA-Z.\-:+=^!\/*?&<>()\[\]{}@%$#]*/) != nil
    }
}

/// An error in a connection file.
package enum ConnectionFileError: Error, Hashable, CustomStringConvertible {
    /// The file does not exist or cannot be read.
    case unreadable(path: String)
    /// The file is not JSON.
    case notJSON(path: String, JSONError)
    /// The file is JSON, but not an object.
    case notADictionary(path: String)
    /// A required key is missing.
    case missing(key: String, path: String)
    /// A key has an invalid value.
    case invalid(key: String, value: JSON, expected: String, path: String)

    /// One line that names the file and the key.
    package var description: String {
        switch self {
        case .unreadable(let path): "\(path): the file does not exist or cannot be read"
        case .notJSON(let path, let error): "\(path): \(error)"
        case .notADictionary(let path): "\(path): a connection file must be a JSON object, such as {\"shell_port\": …}"
        case .missing(let key, let path): "\(path): \"\(key)\" is missing"
        case .invalid(let key, let value, let expected, let path):
            "\(path): \"\(key)\" must be \(expected), got \(value)"
        }
    }
}
