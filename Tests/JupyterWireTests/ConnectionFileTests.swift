import Foundation
import JupyterWire
import Testing

@Suite struct ConnectionFileTests {
    let valid: [String: JSON] = [
        "shell_port": 53794, "iopub_port": 53795, "stdin_port": 53796, "control_port": 53797, "hb_port": 53798,
        "ip": "127.0.0.1", "key": "secret", "transport": "tcp", "signature_scheme": "hmac-sha256",
        "kernel_name": "swift",
    ]

    func error(_ change: (inout [String: JSON]) -> Void) -> String? {
        var members = valid
        change(&members)
        do { _ = try ConnectionFile(json: .object(members), path: "k.json") } catch { return error.description }
        return nil
    }

    @Test func namesTCPAddresses() throws {
        let file = try ConnectionFile(json: .object(valid))
        #expect(file.endpoint(of: .shell) == "tcp://127.0.0.1:53794")
        #expect(file.endpoint(of: .heartbeat) == "tcp://127.0.0.1:53798")
        #expect(file.key == "secret")
    }

    @Test func namesIPCPathsWithADash() throws {
        let file = try ConnectionFile(
            json: .object(valid.merging(["transport": "ipc", "ip": "/tmp/k-ipc", "iopub_port": 2]) { $1 }))
        #expect(file.endpoint(of: .iopub) == "ipc:///tmp/k-ipc-2")
    }

    @Test func namesEveryKeyThatIsMissing() {
        for key in ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port", "ip", "key"] {
            #expect(error { $0[key] = nil } == "k.json: \"\(key)\" is missing")
        }
        #expect(error { $0["transport"] = nil } == nil)
        #expect(error { $0["signature_scheme"] = nil } == nil)
        #expect(error { $0["kernel_name"] = nil } == nil)
    }

    @Test func namesEveryKeyThatIsWrong() {
        #expect(error { $0["transport"] = "udp" } == #"k.json: "transport" must be "tcp" or "ipc", got "udp""#)
        #expect(error { $0["signature_scheme"] = "hmac-md5" }?.contains(#"must be "hmac-sha256""#) == true)
        #expect(
            error { $0["shell_port"] = "53794" } == #"k.json: "shell_port" must be a port from 1 to 65535, got "53794""#
        )
        for port: JSON in [0, -1, 65536, 1.5, nil, 1e300] { #expect(error { $0["hb_port"] = port } != nil) }
        #expect(error { $0["ip"] = "" } != nil)
        #expect(error { $0["ip"] = "a\u{0}b" } != nil)
        #expect(error { $0["key"] = 7 } == #"k.json: "key" must be a string, got 7"#)
    }

    /// The pair is the example of ZeroMQ's own manual.
    @Test func readsTheKeysOfTheEncryption() throws {
        let keys: [String: JSON] = [
            "curve_publickey": "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",
            "curve_secretkey": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs",
        ]
        let file = try ConnectionFile(json: .object(valid.merging(keys) { $1 }))
        #expect(file.curve?.publicKey == keys["curve_publickey"]?.string)
        #expect(file.curve?.secretKey == keys["curve_secretkey"]?.string)
        #expect(try ConnectionFile(json: .object(valid)).curve == nil)

        // Half a pair, or what is no key, must not end in sockets that are not encrypted; and a secret is not printed.
        for key in keys.keys {
            #expect(error { $0.merge(keys.filter { $0.key != key }) { $1 } } == "k.json: \"\(key)\" is missing")
            for wrong: JSON in ["", "too short", .string(String(repeating: "\"", count: 40)), 7, nil] {
                let message = error { $0.merge(keys.merging([key: wrong]) { $1 }) { $1 } }
                #expect(
                    message == "k.json: \"\(key)\" must be a key of 40 characters in Z85, got \"(hidden)\"")
            }
        }
    }

    @Test func readsFiles() throws {
        let url = FileManager.default.temporaryDirectory.appending(component: "\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(throws: ConnectionFileError.unreadable(path: url.path)) { try ConnectionFile(path: url.path) }
        try Data(JSON.object(valid).utf8).write(to: url)
        #expect(try ConnectionFile(path: url.path) == ConnectionFile(json: .object(valid)))
        try Data("{".utf8).write(to: url)
        #expect { try ConnectionFile(path: url.path) } throws: { "\($0)".hasPrefix("\(url.path): not valid JSON: ") }
        try Data("[]".utf8).write(to: url)
        #expect(throws: ConnectionFileError.notADictionary(path: url.path)) { try ConnectionFile(path: url.path) }
    }
}
