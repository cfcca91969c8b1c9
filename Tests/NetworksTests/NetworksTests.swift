import Testing

/// All tests of networks, one after the other: they share the random numbers and the threads.
@Suite(.serialized) struct NetworksTests {}
