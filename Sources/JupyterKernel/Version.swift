extension Kernel {
    /// The version of the kernel, the command and the library. `Changelog.md` says what each version changed.
    package static let version = "0.3.0"
}
