"""The ONNX graph: photo in, verdict out.

The middle, frames to raw maps and scores, is the detector's own module, written down by `GraphWriter`. What stands
around it is written here node by node, so that photos of any size go in and the limits are constants that can be read:

``input`` -> resize (and pad) -> detector -> ``raw_score``, ``raw_map`` -> ``pred_score``, ``pred_label``,
``anomaly_map``, ``pred_mask``
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from core.backbones.onnx_graph import IR_VERSION, OPSET, GraphWriter
from core.images.area import raster
from core.images.framing import Framing
from core.images.resampling import PADDING
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.scoring.thresholds import Calibration

INPUT = "input"
OUTPUTS = ("pred_score", "pred_label", "anomaly_map", "pred_mask", "raw_score", "raw_map")
# A protobuf message ends at 2 GiB, and the file is one.
INLINE_BYTES = 2**31 - 2**24
# Smaller arrays stay in the file all the same: shapes and the like, which the checker wants to see.
EXTERNAL_BYTES = 1 << 16
BANDS = 8  # that the resizing is done in
PAGE = 1 << 12  # where arrays begin, so that the file can be mapped into memory
CHUNK_BYTES = 32 << 20

_FRAMES = "frames"


def write_graph(model: TrainedModel, path: Path, ticket: Ticket) -> None:
    """Write the model as an ONNX file, checked by ONNX's own checker.

    Input ``input``: (N, 3, H, W) float32, RGB in 0..1, any N, H and W. Outputs, in this order: ``pred_score`` (N,)
    float32, ``pred_label`` (N,) bool, ``anomaly_map`` (N, 1, h, w) float32, ``pred_mask`` (N, 1, h, w) bool,
    ``raw_score`` (N,), ``raw_map`` (N, 1, h, w) float32, with (h, w) the frame's size. The first and third are
    normalised, 0.5 is the threshold; label and mask are ``raw >= threshold``.

    Arrays of more than `INLINE_BYTES` together go into a second file beside it, named as `data_file` says. Memory: the
    arrays, and as much again for what goes into the file itself.

    Raises
    ------
    OSError
        The file cannot be written.
    Cancelled
        Through the ticket; what was written so far stays.
    """
    middle = GraphWriter(model.detector.graph(ticket.stage("Preparing the graph", 0.8)).eval(), "detector_")
    before = _Nodes()
    counting = _resize(before, model.framing)
    maps, scores = middle.write(_FRAMES)
    after = _Nodes()
    _judge(after, model.calibration, maps, scores, counting)
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
    writing = ticket.stage("Writing the graph", 0.2)
    graph = helper.make_graph(
        [*before.nodes, *middle.nodes, *after.nodes],
        "flawsight",
        [image],
        outputs,
        _tensors({**before.constants, **middle.constants, **after.constants}, data_file(path), writing),
    )
    whole = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="flawsight"
    )
    helper.set_model_props(whole, _properties(model))
    writing.check()
    path.write_bytes(whole.SerializeToString())
    writing.check()
    onnx.checker.check_model(path, full_check=True)


def data_file(path: Path) -> Path:
    """Return where the arrays of a model are that are too large for its file."""
    return path.with_name(path.name + ".data")


def _tensors(constants: Mapping[str, npt.NDArray[Any]], path: Path, ticket: Ticket) -> list[Any]:
    """Return the arrays as ONNX has them; where they are too many for one file, the large ones go to `path`."""
    if sum(array.nbytes for array in constants.values()) <= INLINE_BYTES:
        return [numpy_helper.from_array(array, name) for name, array in constants.items()]
    tensors = []
    with path.open("wb") as file:
        for name, array in constants.items():
            if array.nbytes < EXTERNAL_BYTES:
                tensors.append(numpy_helper.from_array(array, name))
                continue
            file.seek(-file.tell() % PAGE, os.SEEK_CUR)
            tensor = TensorProto(
                name=name,
                data_type=helper.np_dtype_to_tensor_dtype(array.dtype),
                dims=array.shape,
                data_location=TensorProto.EXTERNAL,
            )
            for key, value in (("location", path.name), ("offset", file.tell()), ("length", array.nbytes)):
                tensor.external_data.add(key=key, value=str(value))
            tensors.append(tensor)
            content = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
            for first in range(0, len(content), CHUNK_BYTES):
                ticket.check()
                file.write(content[first : first + CHUNK_BYTES])
    return tensors


class _Nodes:
    """Nodes and constants under names of their own."""

    PREFIX = "flawsight_"

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}

    def constant(self, name: str, values: Any, dtype: type[np.generic]) -> str:
        full = self.PREFIX + name
        self.constants[full] = np.asarray(values, dtype=dtype)
        return full

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{self.PREFIX}{output}", **attributes))
        return output

    def inner(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self.add(operator, inputs, self.PREFIX + output, **attributes)


def _resize(nodes: _Nodes, framing: Framing) -> str:
    """``input`` -> frames, as `core.images.resampling.to_frames` does it.

    Return the name of the (h, w) bool mask of what counts in them, "" where all of it does.

    By two matrix products: ONNX's ``Resize`` knows no averaging by area, and with ``antialias`` ONNX Runtime's is up to
    0.05 away from its own definition wherever it shrinks. Products are the same everywhere.
    """
    photo = nodes.inner("Shape", [INPUT], "photo_size", start=2)
    frame = nodes.constant("frame_size", framing.size, np.int64)
    covered = frame if framing.fit == "stretch" else _letterbox_size(nodes, framing, photo)
    low = _shrunk(nodes, INPUT, 0, photo, covered)
    small = _shrunk(nodes, low, 1, photo, covered)
    if framing.fit == "stretch" and not framing.area:
        nodes.add("Identity", [small], _FRAMES)
        return ""
    grey = nodes.constant("padding", PADDING, np.float32)
    if framing.fit == "stretch":
        counting = nodes.constant("counting", framing.area.mask(*framing.size), np.bool_)
        nodes.add("Where", [counting, small, grey], _FRAMES)
        return counting
    two = nodes.constant("two", 2, np.int64)
    free = nodes.inner("Sub", [frame, covered], "free")
    begin = nodes.inner("Div", [free, two], "pad_begin")
    end = nodes.inner("Sub", [free, begin], "pad_end")
    none = nodes.constant("no_pad", [0, 0], np.int64)
    pads = nodes.inner("Concat", [none, begin, none, end], "pads", axis=0)
    padded = _FRAMES if not framing.area else nodes.PREFIX + "padded"
    nodes.add("Pad", [small, pads, grey], padded, mode="constant")
    if not framing.area:
        return ""
    part = _looked_up(nodes, raster(framing.area), covered)
    outside = nodes.constant("outside", 0.0, np.float32)
    edges = nodes.inner("Concat", [begin, end], "edges", axis=0)
    whole = nodes.inner("Pad", [part, edges, outside], "counting_real", mode="constant")
    counting = nodes.inner("Cast", [whole], "counting", to=TensorProto.BOOL)
    nodes.add("Where", [counting, padded, grey], _FRAMES)
    return counting


def _looked_up(nodes: _Nodes, square: npt.NDArray[np.bool_], covered: str) -> str:
    """Name what counts of the picture in the frame (height, width), 1 or 0, as `Area.mask` looks it up."""
    found = nodes.constant("square", square, np.float32)
    zero, one, two, side = (
        nodes.constant(f"number_{number}", number, np.int64) for number in (0, 1, 2, square.shape[0])
    )
    for axis, name in enumerate(("rows", "columns")):
        length = nodes.inner("Gather", [covered, nodes.constant(f"{name}_axis", axis, np.int64)], f"{name}_length")
        pixels = nodes.inner("Range", [zero, length, one], f"{name}_pixels")
        odd = nodes.inner("Add", [nodes.inner("Mul", [pixels, two], f"{name}_even"), one], f"{name}_odd")
        ahead = nodes.inner("Mul", [odd, side], f"{name}_ahead")
        double = nodes.inner("Mul", [length, two], f"{name}_double")
        places = nodes.inner("Div", [ahead, double], f"{name}_places")
        found = nodes.inner("Gather", [found, places], f"{name}_found", axis=axis)
    return found


def _shrunk(nodes: _Nodes, picture: str, axis: int, photo: str, covered: str) -> str:
    """Name a picture (N, 3, H, W) with its rows (axis 0) or columns (1) brought to the frame's.

    The weights are zero but for a band along the diagonal. Some frame pixels at a time with the photo pixels that they
    reach, most of the zeros are left out: a tenth of the time for a photo of half a megapixel.
    """

    def named(name: str) -> str:
        return f"{name}_{axis}"

    seen, placed, reached = _places(nodes, axis, photo, covered)
    first_axis = nodes.constant(named("first_axis"), [0], np.int64)
    picture_axis = nodes.constant(named("picture_axis"), [axis + 2], np.int64)
    index = nodes.constant(named("side"), [axis], np.int64)
    zero = nodes.constant(named("start"), [0], np.int64)
    bands = nodes.constant(named("bands"), [BANDS], np.int64)
    sides = [nodes.inner("Gather", [size, index], named(f"{size}_length")) for size in (photo, covered)]
    # How far a frame pixel reaches, and one more for the rounding of each division.
    reach = nodes.inner("Div", sides, named("whole_step"))
    margin = nodes.inner("Add", [reach, nodes.constant(named("rounding"), [2], np.int64)], named("margin"))
    edges, marks = [], []
    for band in range(BANDS + 1):
        share = nodes.inner(
            "Mul", [sides[1], nodes.constant(named(f"band_{band}"), [band], np.int64)], named(f"n{band}")
        )
        edges.append(nodes.inner("Div", [share, bands], named(f"edge_{band}")))
        ahead = nodes.inner("Mul", [edges[-1], sides[0]], named(f"ahead_{band}"))
        marks.append(nodes.inner("Div", [ahead, sides[1]], named(f"mark_{band}")))
    parts = []
    for band in range(BANDS):
        before = nodes.inner("Sub", [marks[band], margin], named(f"before_{band}"))
        begin = nodes.inner("Max", [before, zero], named(f"begin_{band}"))
        end = nodes.inner("Add", [marks[band + 1], margin], named(f"end_{band}"))
        near = nodes.inner("Slice", [seen, begin, end, first_axis], named(f"seen_{band}"))
        some = nodes.inner("Slice", [placed, edges[band], edges[band + 1], first_axis], named(f"placed_{band}"))
        band_weights = _weights(nodes, named(str(band)), near, some, reached)
        pixels = nodes.inner("Slice", [picture, begin, end, picture_axis], named(f"pixels_{band}"))
        if axis == 1:
            band_weights = nodes.inner("Transpose", [band_weights], named(f"columns_{band}"), perm=[1, 0])
        factors = [band_weights, pixels] if axis == 0 else [pixels, band_weights]
        parts.append(nodes.inner("MatMul", factors, named(f"part_{band}")))
    return nodes.inner("Concat", parts, named("shrunk"), axis=axis + 2)


def _places(nodes: _Nodes, axis: int, photo: str, covered: str) -> tuple[str, str, str]:
    """Name the places of one axis: those of the photo (n,) and of the frame (m, 1), and how far the latter reach."""

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
    width = nodes.inner("Max", [scale, one], named("width"))
    reach = nodes.inner("Mul", [nodes.inner("Add", [width, one], named("widths")), half], named("reach"))
    return centres[0], standing, reach


def _weights(nodes: _Nodes, name: str, seen: str, placed: str, reach: str) -> str:
    """Name the (m, n) float32 weights of frame pixels, (m, 1), over all the photo pixels that they reach, (n,).

    The formula of `core.images.resampling`, worked out in float64.
    """
    zero = nodes.constant("no_share", 0.0, np.float64)
    one = nodes.constant("whole_share", 1.0, np.float64)
    column = nodes.constant("photo_axis", [1], np.int64)
    away = nodes.inner("Abs", [nodes.inner("Sub", [seen, placed], f"apart_{name}")], f"away_{name}")
    overlap = nodes.inner("Clip", [nodes.inner("Sub", [reach, away], f"slope_{name}"), zero, one], f"overlap_{name}")
    total = nodes.inner("ReduceSum", [overlap, column], f"total_{name}", keepdims=1)
    weights = nodes.inner("Div", [overlap, total], f"weights_real_{name}")
    return nodes.inner("Cast", [weights], f"weights_{name}", to=TensorProto.FLOAT)


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


def _judge(nodes: _Nodes, calibration: Calibration, maps: str, scores: str, counting: str) -> None:
    """Raw maps and scores, by name -> the outputs; maps are 0 where `counting` is not, if it names a mask."""
    channel = nodes.constant("channel_axis", [1], np.int64)
    if counting:
        maps = nodes.inner("Where", [counting, maps, nodes.constant("nothing", 0.0, np.float32)], "counting_maps")
    nodes.add("Identity", [scores], "raw_score")
    nodes.add("Unsqueeze", [maps, channel], "raw_map")
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
    review = {} if calibration.review is None else {"review_threshold": repr(calibration.review.value)}
    regions = {"verdict_by": calibration.decides, "min_area": repr(calibration.min_area)}
    deep = model.value_range
    return {
        **({} if deep is None else {"value_low": repr(deep.low), "value_high": repr(deep.high)}),
        **review,
        **(regions if calibration.decides != "score" else {}),
        "image_threshold": repr(calibration.image.value),
        "pixel_threshold": repr(calibration.pixel.value),
        "min": repr(calibration.low),
        "max": repr(calibration.high),
        "model_id": model.card.id,
        "algorithm": model.card.kind,
        "frame_size": json.dumps(list(model.framing.size)),
        "frame_fit": model.framing.fit,
    }
