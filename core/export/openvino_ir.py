"""The graph as OpenVINO's own files, ``model.xml`` and ``model.bin``. Needs the extra ``openvino``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from core.errors import Problem
from core.export.graph import OUTPUTS

# What Anomalib's `OpenVINOInferencer` takes: any other output ends its prediction with an error.
IR_OUTPUTS = OUTPUTS[:4]


def require_openvino() -> None:
    """Refuse to begin what could not be ended.

    Raises
    ------
    Problem
        OpenVINO is not installed.
    """
    if find_spec("openvino") is None:
        raise Problem(
            "OpenVINO is not installed, so its format cannot be written and compared.",
            "Install it with “{command}”, or export without it.",
            command="pip install flawsight[openvino]",
        )


def write_ir(graph: Path, path: Path) -> None:
    """Write the ONNX file `graph` as `path` and a ``.bin`` beside it, in float32, with the first four outputs only.

    Memory: the arrays twice. It cannot be stopped, and takes a second or two.
    """
    import openvino

    # Not `convert_model`, which may report its use over the network.
    whole = openvino.Core().read_model(graph)
    model = openvino.Model([whole.output(name).node for name in IR_OUTPUTS], whole.get_parameters(), "flawsight")
    for output, name in zip(model.outputs, IR_OUTPUTS, strict=True):
        output.get_tensor().set_names({name})
    openvino.save_model(model, path, compress_to_fp16=False)
