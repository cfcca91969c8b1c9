import Testing

@Suite struct JupyterKernelTests {}
