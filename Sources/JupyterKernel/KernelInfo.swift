import JupyterWire

extension LanguageInfo {
    /// The content of a `kernel_info_reply`. Features are claimed only when they work, and of those the protocol names
    /// none does: variables can be inspected, which JupyterLab asks the kernelspec for, but no cell can be stopped at a line.
    var kernelInfo: JSON {
        Content.ok([
            "protocol_version": .string(Session.protocolVersion), "implementation": "swiftlet",
            "implementation_version": .string(Kernel.version), "banner": .string(banner),
            "language_info": [
                "name": .string(name), "version": .string(version), "mimetype": .string(mimeType),
                "file_extension": .string(fileExtension), "codemirror_mode": .string(codeMirrorMode),
            ],
            "supported_features": [],
            "help_links": [["text": "The Swift book", "url": "https://docs.swift.org/swift-book"]],
        ])
    }
}
