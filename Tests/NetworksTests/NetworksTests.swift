import TestSupport
import Testing

/// All tests of networks, one after the other: they share the threads.
@Suite(.serialized, .ownRandomNumbers) struct NetworksTests {}
