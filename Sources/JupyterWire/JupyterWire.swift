// JupyterWire
