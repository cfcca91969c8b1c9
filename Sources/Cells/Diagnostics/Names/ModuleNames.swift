/// Names of the toolchain's modules, for cells that use them without importing them.
enum ModuleNames {
    /// The modules that a cell can import.
    static let modules =
        ["Foundation", "Glibc", "Dispatch", "Synchronization", "RegexBuilder", "Observation"] + Library.modules

    /// The module that declares a type, function or constant; `nil` for an unknown name.
    static func module(declaring name: String) -> String? { topLevel.contains(name) ? "Foundation" : nil }

    /// The module that extends Swift's own types by a member; `nil` for an unknown name.
    static func module(declaringMember name: String) -> String? { members.contains(name) ? "Foundation" : nil }

    /// The types, functions and constants that come with `import Foundation`: those of swift-foundation, Dispatch and
    /// the C library that a course meets.
    static let topLevel: Set<String> = [
        "AttributedString", "BlockOperation", "Bundle", "ByteCountFormatter", "CGFloat", "CGPoint", "CGRect", "CGSize",
        "Calendar", "CharacterSet", "CocoaError", "ComparisonResult", "Data", "Date", "DateComponents", "DateFormatter",
        "DateInterval", "Decimal", "DispatchGroup", "DispatchQueue", "DispatchSemaphore", "DispatchTime",
        "DispatchWorkItem",
        "FileHandle", "FileManager", "Formatter", "ISO8601DateFormatter", "IndexPath", "IndexSet", "JSONDecoder",
        "JSONEncoder", "JSONSerialization", "Locale", "LocalizedError", "Measurement", "NSArray", "NSDictionary",
        "NSError",
        "NSLock", "NSNumber", "NSObject", "NSRange", "NSRegularExpression", "NSString", "Notification",
        "NotificationCenter", "NumberFormatter", "Operation", "OperationQueue", "POSIXError", "Pipe", "Process",
        "ProcessInfo", "Progress", "PropertyListDecoder", "PropertyListEncoder", "RunLoop", "Scanner", "SortDescriptor",
        "Thread", "TimeInterval", "TimeZone", "Timer", "URL", "URLComponents", "URLError", "URLQueryItem", "UUID",
        "Unit",
        "UnitLength", "UserDefaults", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil",
        "copysign",
        "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1", "fabs", "floor", "fmax", "fmin", "fmod", "hypot",
        "lgamma", "log",
        "log10", "log1p", "log2", "pow", "round", "sin", "sinh", "sqrt", "tan", "tanh", "tgamma", "trunc", "M_PI",
        "M_E",
        "usleep", "sleep", "arc4random_uniform", "getenv", "fopen", "fclose", "fflush", "stdout", "stderr", "time",
        "clock_gettime", "getpid", "drand48", "srand48", "rand", "strlen", "memcpy",
    ]

    /// The members by which Foundation extends Swift's own types.
    static let members: Set<String> = [
        "addingPercentEncoding", "appendingFormat", "capitalized", "caseInsensitiveCompare", "compare", "components",
        "data", "enumerateLines", "folding", "formatted", "localizedCaseInsensitiveContains", "localizedCompare",
        "localizedStandardCompare", "localizedStandardContains", "padding", "range", "rangeOfCharacter",
        "removingPercentEncoding", "replacingCharacters", "replacingOccurrences", "substring", "trimmingCharacters",
        "write", "lines", "localizedDescription", "contentsOfFile",
    ]
}
