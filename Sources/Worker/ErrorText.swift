import Foundation
import Notebook

/// What errors say about themselves, in a sentence.
enum ErrorText {
    /// The sentence of an error: its own, if it has one, and otherwise its description.
    static func sentence(of error: any Error) -> String {
        switch error {
        case let error as DecodingError: return sentence(of: error)
        case let error as EncodingError:
            guard case .invalidValue(_, let context) = error else { break }
            return joined(context.debugDescription, place(context.codingPath))
        case let error as any LocalizedError:
            guard let description = error.errorDescription else { break }
            // The reason and the remedy, where they say more.
            let more = [error.failureReason, error.recoverySuggestion].compactMap(\.self)
            return ([description] + more.filter { !description.contains($0) }).joined(separator: " ")
        case let error as NSError: return sentence(domain: error.domain, code: error.code, error.userInfo)
        case let error as any CustomNSError:
            return sentence(domain: type(of: error).errorDomain, code: error.errorCode, error.errorUserInfo)
        default: break
        }
        return ValueText.description(of: error)
    }

    // MARK: Decoding

    private static func sentence(of error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context):
            let found = context.debugDescription.firstMatch(of: /but found (.*?)( instead)?\.?$/)?.output.1
            return joined("expected \(type)" + (found.map { ", found \($0)" } ?? ""), place(context.codingPath))
        case .valueNotFound(let type, let context):
            return joined("expected \(type), found no value", place(context.codingPath))
        case .keyNotFound(let key, let context):
            return joined("there is no key \"\(key.stringValue)\"", place(context.codingPath))
        case .dataCorrupted(let context):
            return joined(context.debugDescription, place(context.codingPath))
        @unknown default: return String(describing: error)
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "index \($0)" } ?? "key \"\(key.stringValue)\"" }.joined(separator: ", ")
    }

    /// "expected Int, found a string, at index 1".
    private static func joined(_ text: String, _ place: String) -> String {
        guard !place.isEmpty else { return text }
        return (text.hasSuffix(".") ? String(text.dropLast()) : text) + ", at " + place
    }

    // MARK: Foundation

    private static func sentence(domain: String, code: Int, _ information: [String: Any]) -> String {
        func text(_ key: String) -> String? { information[key] as? String }
        if domain == NSPOSIXErrorDomain { return system(code) }
        if domain == NSCocoaErrorDomain, let sentence = fileSentence(code, information) { return sentence }
        var sentence =
            text(NSLocalizedDescriptionKey) ?? text("NSDebugDescription")
            ?? withoutPreamble(NSError(domain: domain, code: code, userInfo: information).localizedDescription)
        let address = information["NSErrorFailingURLStringKey"] ?? information["NSErrorFailingURLKey"]
        if let address = address.map({ "\($0)" }), !sentence.contains(address) { sentence += " (\(address))" }
        return sentence
    }

    private static func withoutPreamble(_ text: String) -> String {
        text.replacing("The operation could not be completed. ", with: "", maxReplacements: 1)
    }

    /// What a file's error says; `nil` if the error is of another kind.
    private static func fileSentence(_ code: Int, _ information: [String: Any]) -> String? {
        let url = information[NSURLErrorKey] as? URL
        guard let path = (information[NSFilePathErrorKey].map { "\($0)" }) ?? url?.path, !path.isEmpty else {
            return nil
        }
        let underlying = information[NSUnderlyingErrorKey] as? NSError
        let number = underlying?.domain == NSPOSIXErrorDomain ? underlying.map { Int32($0.code) } : nil
        switch (CocoaError.Code(rawValue: code), number) {
        case (.fileNoSuchFile, _), (.fileReadNoSuchFile, _), (_, ENOENT): return missing(path)
        case (.fileWriteFileExists, _):
            let target = information["NSDestinationFilePath"].map { "\($0)" } ?? path
            return "\(target) exists already"
        case (.fileReadNoPermission, _): return "\(path) cannot be read: permission denied"
        case (.fileWriteNoPermission, _): return "\(path) cannot be written: permission denied"
        case (.fileWriteOutOfSpace, _): return "\(path) cannot be written: no space left on the disk"
        case (.fileReadInapplicableStringEncoding, _), (.fileReadUnknownStringEncoding, _):
            return "\(path) is not text in this encoding"
        case (_, .some(let number)): return "\(path): \(system(Int(number)))"
        default:
            let text = NSError(domain: NSCocoaErrorDomain, code: code, userInfo: information).localizedDescription
            return "\(path): \(withoutPreamble(text))"
        }
    }

    /// "there is no file train.csv in /home/ada", or the folder that is missing.
    private static func missing(_ path: String) -> String {
        let files = FileManager.default
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty, !files.fileExists(atPath: folder) {
            return "there is no file \(path): the folder \(folder) does not exist"
        }
        return "there is no file \(path)" + (path.hasPrefix("/") ? "" : " in \(files.currentDirectoryPath)")
    }

    private static func system(_ code: Int) -> String {
        let text = String(cString: strerror(Int32(code)))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
