import Testing

@Suite struct TensorsTests {}
