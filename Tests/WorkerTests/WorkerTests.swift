import Testing

@Suite struct WorkerTests {}
