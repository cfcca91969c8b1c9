import Testing

@Suite struct JupyterWireTests {}
