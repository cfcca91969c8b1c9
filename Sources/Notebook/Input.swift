/// Asks the user for a password: what is typed is not shown, and does not become part of the notebook.
///
/// ```swift
/// func logIn() {
///     guard let password = readPassword("Password of the data server: ") else { return }
///     print(password.count, "characters")
/// }
/// ```
///
/// - Parameter prompt: The question.
/// - Returns: What the user has typed; `nil` if there is nobody to ask, as when a notebook runs by itself.
public func readPassword(_ prompt: String = "Password: ") -> String? {
    FrontEnd.connection.input(prompt: prompt, isPassword: true)
}
