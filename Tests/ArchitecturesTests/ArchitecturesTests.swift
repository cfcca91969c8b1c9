import TestSupport
import Testing

/// All tests of whole networks, one after the other: they share the threads, and some are large.
@Suite(.serialized, .ownRandomNumbers) struct ArchitecturesTests {}
