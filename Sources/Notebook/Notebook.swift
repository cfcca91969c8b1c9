// `import Notebook` brings `MimeBundle` with it.
@_exported public import WorkerProtocol
