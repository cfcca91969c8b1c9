import JupyterWire

extension LanguageInfo {
    /// The content of a `kernel_info_reply`. Of the features that the protocol names, none is supported: variables can
    /// be inspected, which the kernelspec declares, but compiled cells have no breakpoints.
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
