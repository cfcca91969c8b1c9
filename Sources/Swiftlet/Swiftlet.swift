// `import Swiftlet` gives a cell the whole library.
@_exported public import Architectures
@_exported public import Datasets
@_exported public import Networks
@_exported public import Notebook
@_exported public import Plots
@_exported public import Tensors
