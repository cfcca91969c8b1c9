#!/usr/bin/env python3
"""Makes widgets.json: the states of widgets as Python's ipywidgets 8 writes them, which tests compare with.

Run it with a Python that has ipywidgets:  .venv/bin/python Tests/Fixtures/make_widgets.py
"""
import json
import pathlib

import ipywidgets as w

WIDE = {"style": {"description_width": "initial"}}
STEPS = {"min": 0.001, "max": 0.1, "step": 0.0001, "readout_format": ".4f"}
FIRST, SECOND = w.Label("first", **WIDE), w.Label("second", **WIDE)

CASES = {
    "Slider of Int": w.IntSlider(description="epochs", min=1, max=20, value=3, **WIDE),
    "Slider of Double": w.FloatSlider(description="rate", value=0.01, **STEPS, **WIDE),
    "FloatLogSlider": w.FloatLogSlider(description="rate", min=-4, max=-1, value=0.01, step=0.01, readout_format=".3g", **WIDE),
    "RangeSlider of Int": w.IntRangeSlider(description="part", min=0, max=9, value=(2, 5), **WIDE),
    "RangeSlider of Double": w.FloatRangeSlider(description="part", value=(0.01, 0.02), **STEPS, **WIDE),
    "Dropdown": w.Dropdown(description="activation", options=["relu", "tanh"], value="tanh", **WIDE),
    "Dropdown with names": w.Dropdown(options=[("careful", 0.0001), ("bold", 0.1)], **WIDE),
    "Checkbox": w.Checkbox(description="bias", value=True, indent=False, **WIDE),
    "ToggleButton": w.ToggleButton(description="pause", icon="pause", **WIDE),
    "Text": w.Text(description="name", value="lenet", placeholder="a name", **WIDE),
    "Button": w.Button(description="train", icon="play"),
    "Label": w.Label("loss", **WIDE),
    "HTML": w.HTML("<b>loss</b>", **WIDE),
    "IntProgress": w.IntProgress(description="steps", min=0, max=60, value=7, **WIDE),
    "Output": w.Output(),
    "Image": w.Image(value=b"\x89PNG"),
    "HBox": w.HBox([FIRST, SECOND]),
    "VBox": w.VBox([FIRST, SECOND]),
    "Tab": w.Tab([FIRST, SECOND], titles=["a", "b"], selected_index=0),
    "Accordion": w.Accordion([FIRST, SECOND], titles=["a", "b"]),
}


def plain(value):
    """What names a model is different every time; binary data is no JSON."""
    if isinstance(value, str) and value.startswith("IPY_MODEL_"):
        return "IPY_MODEL_"
    if isinstance(value, (bytes, memoryview)):
        return "binary " + bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def states(widget):
    found = {"widget": plain(widget.get_state())}
    for part in ("layout", "style"):
        if getattr(widget, part, None) is not None:
            found[part] = plain(getattr(widget, part).get_state())
    return found


if __name__ == "__main__":
    path = pathlib.Path(__file__).with_name("widgets.json")
    path.write_text(json.dumps({name: states(widget) for name, widget in CASES.items()}, indent=1, sort_keys=True) + "\n")
