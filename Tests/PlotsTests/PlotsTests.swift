import Testing

@Suite struct PlotsTests {}
