/// One value in one or more forms, by MIME type; a front end shows the richest it knows.
package struct MimeBundle: Sendable, Hashable {
    /// The forms. Binary ones (`image/png`) are base64 text, `application/json` and its kin are JSON values.
    package var data: [String: JSON]
    /// What else is known of a form, such as an image's size, by MIME type.
    package var metadata: [String: JSON]

    /// A value in these forms.
    package init(_ data: [String: JSON], metadata: [String: JSON] = [:]) {
        self.data = data
        self.metadata = metadata
    }

    /// A value as plain text.
    package static func text(_ text: String) -> MimeBundle { MimeBundle(["text/plain": .string(text)]) }
}
