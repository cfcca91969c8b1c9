internal import CKernels
internal import Glibc
internal import Synchronization

/// The state of tensors in each thread: whether operations are recorded, the layer being computed, nodes waiting to be
/// freed. (A task-local value would follow a task, at twenty times the cost; the scopes that set these never suspend.)
final class ThreadContext {
    /// Whether operations on tracked tensors become part of the graph.
    @exclusivity(unchecked) var isRecording = true
    /// The layers being computed, outermost first.
    var layers: [any LayerScope] = []
    /// What the running NaN watch looks for, if one is running.
    var watch: NaNWatch?
    /// The operation whose gradient is being computed, while a watch is running.
    var differentiated: Node?
    /// What takes the notes that the thread posts, if not the reader.
    var noteCollector: NoteCollector?
    /// Whether the running loop checks ``Interruption`` itself.
    var defersInterruption = false
    // What dying nodes held, to be released one by one.
    @exclusivity(unchecked) private var isDiscarding = false
    @exclusivity(unchecked) private var discardedNodes: [Node] = []
    @exclusivity(unchecked) private var discardedPullbacks: [ManyNode.Pullback] = []

    /// Takes over a dying node's operand.
    func discard(node: inout Node?) { discardedNodes.append(node.take()!) }

    /// Takes over a dying node's pullback.
    func discard(pullback: inout ManyNode.Pullback?) { discardedPullbacks.append(pullback.take()!) }

    /// Frees what was taken over, unless a caller further up is doing so already.
    func emptyDiscarded() {
        guard !isDiscarding else { return }
        isDiscarding = true
        while discardedNodes.popLast() != nil || discardedPullbacks.popLast() != nil {}
        isDiscarding = false
    }

    /// The calling thread's context.
    @inline(__always)
    static var current: ThreadContext {
        guard let known = ck_thread_context() else { return made() }
        return Unmanaged<ThreadContext>.fromOpaque(known).takeUnretainedValue()
    }

    /// A thread's first look: from then on it has a context.
    @inline(never)
    private static func made() -> ThreadContext {
        let context = Unmanaged.passRetained(ThreadContext())
        ck_set_thread_context(context.toOpaque())
        // Frees the context when the thread ends.
        pthread_setspecific(key, context.toOpaque())
        return context.takeUnretainedValue()
    }
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) {
            ck_set_thread_context(nil)
            Unmanaged<ThreadContext>.fromOpaque($0!).release()
        }
        return key
    }()
}

/// A layer that is being computed: its name is asked for when an error is to tell where it happened.
package protocol LayerScope: AnyObject {
    /// The name within the layer around it.
    var name: String { get }
}

/// The layers being computed on this thread, which the errors of operations name.
public enum LayerPath {
    /// A layer that is known by its name alone.
    private final class Name: LayerScope {
        let name: String
        init(_ name: String) { self.name = name }
    }

    /// Runs a computation under a layer's name.
    public static func within<R>(_ name: String, _ body: () throws -> R) rethrows -> R {
        try within(Name(name), body)
    }

    /// Runs a layer's computation.
    package static func within<R>(_ layer: any LayerScope, _ body: () throws -> R) rethrows -> R {
        let context = ThreadContext.current
        context.layers.append(layer)
        defer { context.layers.removeLast() }
        return try body()
    }

    /// The innermost layer that is being computed.
    package static var layer: (any LayerScope)? { ThreadContext.current.layers.last }

    /// The names, outermost first.
    public static var current: [String] { ThreadContext.current.layers.map(\.name) }

    private static let rememberers = Atomic<Int>(0)

    /// Whether operations note the layers in which they are computed, for a NaN watch or a picture of the graph. Each
    /// note costs an array.
    @inline(__always)
    static var isRemembered: Bool { rememberers.load(ordering: .relaxed) > 0 }

    /// Runs a computation whose operations note their layers.
    static func remembered<R>(_ body: () throws -> R) rethrows -> R {
        rememberers.wrappingAdd(1, ordering: .relaxed)
        defer { rememberers.wrappingSubtract(1, ordering: .relaxed) }
        return try body()
    }
}

/// Runs a computation without recording it: its results have no graph, and take no memory for one.
public func withoutGradients<R>(_ body: () throws -> R) rethrows -> R { try recording(false, body) }

/// Runs a computation with recording switched on or off.
package func recording<R>(_ isOn: Bool, _ body: () throws -> R) rethrows -> R {
    let context = ThreadContext.current
    let before = context.isRecording
    context.isRecording = isOn
    defer { context.isRecording = before }
    return try body()
}
