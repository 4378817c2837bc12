"""The ONNX graph: photo in, verdict out.

PyTorch exports the middle, frames to raw maps and scores, with any batch size. What stands around it is written here
node by node, so that photos of any size go in and the limits are constants that can be read:

``input`` -> resize (and pad) -> detector -> ``raw_score``, ``raw_map`` -> ``pred_score``, ``pred_label``,
``anomaly_map``, ``pred_mask``
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from core.errors import Problem
from core.images.framing import Framing
from core.images.resampling import PADDING
from core.models.trained import TrainedModel
from core.scoring.thresholds import Calibration

OPSET = 18
INPUT = "input"
OUTPUTS = ("pred_score", "pred_label", "anomaly_map", "pred_mask", "raw_score", "raw_map")
# A protobuf message ends at 2 GiB, and the file is one.
MAX_BYTES = 2**31 - 2**24

_FRAMES, _MAPS, _SCORES = "frames", "frame_maps", "frame_scores"


def build_graph(model: TrainedModel) -> Any:
    """Return the model as an ``onnx.ModelProto``, checked by ONNX's own checker.

    Input ``input``: (N, 3, H, W) float32, RGB in 0..1, any N, H and W. Outputs, in this order: ``pred_score`` (N,)
    float32, ``pred_label`` (N,) bool, ``anomaly_map`` (N, 1, h, w) float32, ``pred_mask`` (N, 1, h, w) bool,
    ``raw_score`` (N,), ``raw_map`` (N, 1, h, w) float32, with (h, w) the frame's size. The first and third are
    normalised, 0.5 is the threshold; label and mask are ``raw >= threshold``.

    Raises
    ------
    Problem
        The model is too large for one ONNX file.
    """
    middle = _exported(model)
    _refuse_clashes(middle)
    before = _Nodes()
    _resize(before, model.framing)
    after = _Nodes()
    _judge(after, model.calibration)
    height, width = model.framing.size
    image = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", 3, "H", "W"])
    kinds = {"pred_label": TensorProto.BOOL, "pred_mask": TensorProto.BOOL}
    outputs = [
        helper.make_tensor_value_info(
            name,
            kinds.get(name, TensorProto.FLOAT),
            ["N", 1, height, width] if name.endswith(("_map", "_mask")) else ["N"],
        )
        for name in OUTPUTS
    ]
    graph = helper.make_graph(
        [*before.nodes, *middle.graph.node, *after.nodes],
        "flawsight",
        [image],
        outputs,
        [*before.constants, *middle.graph.initializer, *after.constants],
    )
    whole = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=middle.ir_version, producer_name="flawsight"
    )
    whole.functions.extend(middle.functions)
    helper.set_model_props(whole, _properties(model))
    onnx.checker.check_model(whole, full_check=True)
    return whole


def _exported(model: TrainedModel) -> Any:
    """Let PyTorch export frames -> (maps, scores)."""
    module = model.detector.graph().eval()
    tensors = [*module.parameters(), *module.buffers()]
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
    if size > MAX_BYTES:
        raise Problem(
            "The model is too large for an ONNX file: {gigabytes:.1f} GB, and the format ends at 2 GB.",
            "Train with fewer feature channels, a smaller frame or a smaller backbone.",
            gigabytes=size / 1e9,
        )
    program = torch.onnx.export(
        module,
        # Two frames: a batch of one would be taken for a constant.
        (torch.full((2, 3, *model.framing.size), PADDING),),
        dynamo=True,
        external_data=False,
        opset_version=OPSET,
        input_names=[_FRAMES],
        output_names=[_MAPS, _SCORES],
        dynamic_shapes=({0: torch.export.Dim("N")},),
        verbose=False,
    )
    if program is None:
        raise RuntimeError("the exporter returned nothing")
    return program.model_proto


def _refuse_clashes(middle: Any) -> None:
    taken = {name for node in middle.graph.node for name in node.output} | {
        each.name for each in middle.graph.initializer
    }
    clashes = taken & {INPUT, *OUTPUTS} | {name for name in taken if name.startswith(_Nodes.PREFIX)}
    if clashes:
        raise RuntimeError(f"the exporter uses the names {sorted(clashes)} itself")


class _Nodes:
    """Nodes and constants under names of their own."""

    PREFIX = "flawsight_"

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: Any, dtype: type[np.generic]) -> str:
        full = self.PREFIX + name
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), full))
        return full

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{self.PREFIX}{output}", **attributes))
        return output

    def inner(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self.add(operator, inputs, self.PREFIX + output, **attributes)


def _resize(nodes: _Nodes, framing: Framing) -> None:
    """``input`` -> frames, as `core.images.resampling.to_frames` does it.

    By two matrix products instead of ONNX's ``Resize``: with ``antialias`` on, ONNX Runtime's is up to 0.05 away from
    PyTorch's (and from the definition) wherever it shrinks, enough to turn verdicts. Products are the same everywhere.
    """
    photo = nodes.inner("Shape", [INPUT], "photo_size", start=2)
    frame = nodes.constant("frame_size", framing.size, np.int64)
    covered = frame if framing.fit == "stretch" else _letterbox_size(nodes, framing, photo)
    rows = _weights(nodes, 0, photo, covered)
    columns = nodes.inner("Transpose", [_weights(nodes, 1, photo, covered)], "column_weights", perm=[1, 0])
    low = nodes.inner("MatMul", [rows, INPUT], "low")
    if framing.fit == "stretch":
        nodes.add("MatMul", [low, columns], _FRAMES)
        return
    small = nodes.inner("MatMul", [low, columns], "resized")
    two = nodes.constant("two", 2, np.int64)
    free = nodes.inner("Sub", [frame, covered], "free")
    begin = nodes.inner("Div", [free, two], "pad_begin")
    end = nodes.inner("Sub", [free, begin], "pad_end")
    pads = nodes.inner("Concat", [begin, end], "pads", axis=0)
    grey = nodes.constant("padding", PADDING, np.float32)
    axes = nodes.constant("pad_axes", [2, 3], np.int64)
    nodes.add("Pad", [small, pads, grey, axes], _FRAMES, mode="constant")


def _weights(nodes: _Nodes, axis: int, photo: str, covered: str) -> str:
    """Name the (frame pixels, photo pixels) float32 weights of one axis.

    A frame pixel is a mean of photo pixels, weighted by a triangle around its centre that reaches one pixel of
    the coarser of the two grids to either side: bilinear with antialias. Worked out in float64.
    """

    def named(name: str) -> str:
        return f"{name}_{axis}"

    index = nodes.constant(named("axis"), axis, np.int64)
    zero = nodes.constant(named("zero"), 0.0, np.float64)
    one = nodes.constant(named("one"), 1.0, np.float64)
    half = nodes.constant(named("half"), 0.5, np.float64)
    lengths = []
    for name, size in (("photo", photo), ("frame", covered)):
        side = nodes.inner("Gather", [size, index], named(f"{name}_side"))
        lengths.append(nodes.inner("Cast", [side], named(f"{name}_side_real"), to=TensorProto.DOUBLE))
    centres = []
    for name, length in zip(("photo", "frame"), lengths, strict=True):
        whole = nodes.inner("Range", [zero, length, one], named(f"{name}_pixels"))
        centres.append(nodes.inner("Add", [whole, half], named(f"{name}_centres")))
    scale = nodes.inner("Div", lengths, named("step"))
    column = nodes.constant(named("column"), [1], np.int64)
    placed = nodes.inner("Mul", [centres[1], scale], named("placed"))
    standing = nodes.inner("Unsqueeze", [placed, column], named("standing"))
    away = nodes.inner("Abs", [nodes.inner("Sub", [centres[0], standing], named("apart"))], named("away"))
    reach = nodes.inner("Max", [scale, one], named("reach"))
    share = nodes.inner("Div", [away, reach], named("share"))
    triangle = nodes.inner("Max", [nodes.inner("Sub", [one, share], named("slope")), zero], named("triangle"))
    total = nodes.inner("ReduceSum", [triangle, column], named("total"), keepdims=1)
    weights = nodes.inner("Div", [triangle, total], named("weights_real"))
    return nodes.inner("Cast", [weights], named("weights"), to=TensorProto.FLOAT)


def _letterbox_size(nodes: _Nodes, framing: Framing, photo: str) -> str:
    """Name the (height, width) of the frame that the photo covers, worked out in float64 as `Framing.place` does."""
    real = nodes.inner("Cast", [photo], "photo_size_real", to=TensorProto.DOUBLE)
    frame = nodes.constant("frame_size_real", framing.size, np.float64)
    ratios = nodes.inner("Div", [frame, real], "ratios")
    scale = nodes.inner("ReduceMin", [ratios], "scale", keepdims=1)
    scaled = nodes.inner("Mul", [real, scale], "scaled")
    half = nodes.constant("half_real", 0.5, np.float64)
    rounded = nodes.inner("Floor", [nodes.inner("Add", [scaled, half], "scaled_up")], "rounded")
    one = nodes.constant("one_real", 1.0, np.float64)
    least = nodes.inner("Max", [rounded, one], "at_least_one")
    most = nodes.inner("Min", [least, frame], "at_most_frame")
    return nodes.inner("Cast", [most], "covered", to=TensorProto.INT64)


def _judge(nodes: _Nodes, calibration: Calibration) -> None:
    """Raw maps and scores -> the outputs."""
    channel = nodes.constant("channel_axis", [1], np.int64)
    nodes.add("Identity", [_SCORES], "raw_score")
    nodes.add("Unsqueeze", [_MAPS, channel], "raw_map")
    span = nodes.constant("span", calibration.span, np.float32)
    half = nodes.constant("half", 0.5, np.float32)
    zero = nodes.constant("zero", 0.0, np.float32)
    one = nodes.constant("one", 1.0, np.float32)
    under = nodes.constant("under_half", np.nextafter(np.float32(0.5), np.float32(0.0)), np.float32)
    for raw, threshold, verdict, unit in (
        ("raw_score", calibration.image.value, "pred_label", "pred_score"),
        ("raw_map", calibration.pixel.value, "pred_mask", "anomaly_map"),
    ):
        limit = nodes.constant(f"{raw}_threshold", as_float32_limit(threshold), np.float32)
        nodes.add("GreaterOrEqual", [raw, limit], verdict)
        above = nodes.inner("Sub", [raw, limit], f"{raw}_above")
        units = nodes.inner("Div", [above, span], f"{raw}_units")
        shifted = nodes.inner("Add", [units, half], f"{raw}_shifted")
        clipped = nodes.inner("Clip", [shifted, zero, one], f"{raw}_clipped")
        # A difference too small to show after rounding stays on its side of the threshold.
        calm = nodes.inner("Min", [clipped, under], f"{raw}_calm")
        nodes.add("Where", [verdict, clipped, calm], unit)


def as_float32_limit(threshold: float) -> np.float32:
    """Return the least float32 number that is not below `threshold`: float32 scores fall on the same side of both."""
    number = np.float32(threshold)
    return number if float(number) >= threshold else np.nextafter(number, np.float32(np.inf))


def _properties(model: TrainedModel) -> dict[str, str]:
    calibration = model.calibration
    return {
        "image_threshold": repr(calibration.image.value),
        "pixel_threshold": repr(calibration.pixel.value),
        "min": repr(calibration.low),
        "max": repr(calibration.high),
        "model_id": model.card.id,
        "algorithm": model.card.kind,
        "frame_size": json.dumps(list(model.framing.size)),
        "frame_fit": model.framing.fit,
    }
