/// The marks of a chart as they stand together: each with its colour, series beyond the colours with symbols of their
/// own, bars beside each other.
struct MarkArrangement {
    let marks: [(mark: any Mark, color: Color)]
    /// The names below the x axis; `nil` if the axis has numbers.
    let categories: [String]?

    init(_ marks: [any Mark]) {
        categories = Self.categories(of: marks)
        let barCount = marks.lazy.filter { $0 is Bars }.count
        var (series, bars) = (0, 0)
        self.marks = marks.map { [categories] mark in
            var mark = mark
            if let own = mark as? Bars {
                mark = own.arranged(number: bars, of: barCount, categories: categories ?? [])
                bars += 1
            }
            if let color = mark.color { return (mark, color) }
            guard mark.takesSeriesColor else { return (mark, Color.series[0]) }
            defer { series += 1 }
            let (round, index) = series.quotientAndRemainder(dividingBy: Color.series.count)
            if let variable = mark as? any VariedMark, round > 0 { mark = variable.varied(round) }
            return (mark, Color.series[index])
        }
    }

    /// The names of all bars, each once. Names that occur twice in one mark count by their positions.
    private static func categories(of marks: [any Mark]) -> [String]? {
        let lists = marks.compactMap(\.categories)
        guard let first = lists.first else { return nil }
        guard lists.allSatisfy({ Set($0).count == $0.count }) else { return lists.max { $0.count < $1.count } }
        var known = Set(first)
        return lists.dropFirst().reduce(first) { names, list in names + list.filter { known.insert($0).inserted } }
    }
}

/// A mark with several looks, for more series than there are colours.
protocol VariedMark: Mark {
    /// The mark with its look for the second (1), third (2), … use of the colours.
    func varied(_ round: Int) -> Self
}

/// How many of a mark's numbers a chart can show.
struct NumberCensus {
    /// The numbers that are shown.
    var shown = 0
    /// The numbers that are NaN or infinite.
    var notFinite = 0
    /// The numbers at or below zero on a logarithmic axis.
    var notPositive = 0

    init() {}

    /// The census of pairs of numbers.
    init(_ xs: [Double], _ ys: [Double], _ x: AxisScale, _ y: AxisScale) {
        for (first, second) in zip(xs, ys) {
            if !first.isFinite || !second.isFinite {
                notFinite += 1
            } else if x.shows(first), y.shows(second) {
                shown += 1
            } else {
                notPositive += 1
            }
        }
    }

    static func + (first: NumberCensus, second: NumberCensus) -> NumberCensus {
        var sum = first
        sum.shown += second.shown
        sum.notFinite += second.notFinite
        sum.notPositive += second.notPositive
        return sum
    }

    /// What the middle of a chart without a number says.
    var reasonForNothing: String {
        notPositive > 0
            ? "no number above 0 for the logarithmic axis"
            : notFinite > 0 ? "no finite number: all are NaN or infinite" : "no numbers to show"
    }

    /// What a chart says about numbers that it leaves out; empty if there are none.
    var note: String {
        func count(_ number: Int, _ what: String) -> String { NumberText.count(number, "value") + " " + what }
        return [
            notFinite > 0 ? count(notFinite, "NaN or infinite") : nil,
            notPositive > 0 ? count(notPositive, "at or below 0 not shown") : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }
}

/// A mark that can tell how many of its numbers are shown.
protocol CountedMark: Mark {
    func census(_ x: AxisScale, _ y: AxisScale) -> NumberCensus
}
