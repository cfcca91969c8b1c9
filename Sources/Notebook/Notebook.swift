// A cell sees the bundles that it displays.
@_exported public import WorkerProtocol
