/// What is said in place of a message of the compiler: a pattern, and an answer that looks at the code.
struct Phrase: Sendable {
    let answer: @Sendable (Mistake) -> Mistake.Answer?

    /// - Parameters:
    ///   - pattern: A regular expression that the message must match.
    ///   - answer: What is said, from the match's parts; `nil` if the message has nothing to do with it.
    init(_ pattern: String, answer: @escaping @Sendable (Mistake, [String]) -> Mistake.Answer?) {
        self.answer = { mistake in
            guard let match = try? Regex(pattern).firstMatch(in: mistake.message) else { return nil }
            return answer(mistake, match.output.map { String($0.substring ?? "") })
        }
    }

    /// All of them; the first with an answer is taken.
    static let all = conversions + operators + requirements + calls + throwing + declarations + statements

    static func answer(to mistake: Mistake) -> Mistake.Answer? { all.lazy.compactMap { $0.answer(mistake) }.first }
}
