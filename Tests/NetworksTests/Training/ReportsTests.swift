import Networks
import Testing

extension NetworksTests {
    @Suite struct ReportsTests {
        @Test func lineOfAnEpochIsKeras() {
            let report = EpochReport(
                epoch: 1, epochs: 3, steps: 938,
                metrics: MetricValues(names: ["loss", "accuracy"], values: [0.52126, 0.812]), seconds: 6.1)
            #expect("\(report)" == "938/938 - 6s - 7ms/step - loss: 0.5213 - accuracy: 0.8120")
        }

        @Test func tinyValuesAsPowersOfTen() {
            #expect("\(MetricValues(names: ["loss"], values: [0.000123456]))" == "loss: 1.2346e-04")
            #expect("\(MetricValues(names: ["loss"], values: [0]))" == "loss: 0.0000")
        }
    }
}
