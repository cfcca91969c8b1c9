package import JupyterWire

/// A Jupyter kernel: it listens where a connection file says and has an interpreter run what is asked.
package final class Kernel: Sendable {
    private let connection: ConnectionFile
    private let interpreter: any Interpreter

    /// Binds the sockets.
    package init(connection: ConnectionFile, interpreter: any Interpreter) throws {
        self.connection = connection
        self.interpreter = interpreter
    }
}
