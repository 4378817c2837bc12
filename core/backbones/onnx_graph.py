"""A module as ONNX nodes, for the few operations that backbones and detectors are made of.

PyTorch's exporter takes seconds, in which it cannot be stopped, over what takes a tenth of one here. Whoever uses what
is written compares what it computes with PyTorch.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, fx, nn

OPSET = 18
IR_VERSION = 8  # the file format of that opset's time
INPUT = "frames"

_TRACING = threading.Lock()


def onnx_graph(module: nn.Module, outputs: Sequence[str]) -> bytes:
    """Return a module that turns (B, 3, H, W) into one tensor each of `outputs` as a serialised ONNX model.

    B, H and W stay open. Memory: the weights twice, for as long as it runs.

    Raises
    ------
    NotImplementedError
        The module has an operation that is not known here.
    """
    writer = GraphWriter(module)
    for found, name in zip(writer.write(INPUT), outputs, strict=True):
        writer.nodes.append(helper.make_node("Identity", [found], [name]))
    frames = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["B", 3, "H", "W"])
    maps = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", None, None, None]) for name in outputs]
    constants = [numpy_helper.from_array(array, name) for name, array in writer.constants.items()]
    graph = helper.make_graph(writer.nodes, "backbone", [frames], maps, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    content: bytes = model.SerializeToString()
    return content


class Pair(NamedTuple):
    """The names of what an operation with two results returns."""

    values: str
    indices: str


class GraphWriter(fx.Interpreter):
    """Goes through a module with the names of tensors in place of tensors, and writes down each operation.

    Parameters
    ----------
    module
        In evaluation mode. Its `forward` is followed once, without tensors: what it does may not depend on their
        values, nor on any shape but through `shape`, `reshape` and `flatten`.
    prefix
        Of all names.

    Attributes
    ----------
    nodes
        ``onnx.NodeProto``, in order.
    constants
        Arrays by name; those of parameters and buffers share the module's memory.
    """

    def __init__(self, module: nn.Module, prefix: str = "") -> None:
        with _TRACING:
            graph = _Tracer().trace(module)
        super().__init__(fx.GraphModule(module, graph))
        self.extra_traceback = False  # it would end up in the sentence that a person reads
        self.prefix = prefix
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray[Any, Any]] = {}
        self._written: dict[str, str] = {}

    def write(self, *inputs: str) -> Any:
        """Write the module's nodes for inputs of these names; return the names of its results."""
        return self.run(*inputs)

    def get_attr(self, target: Any, args: Any, kwargs: Any) -> str:
        """Name a parameter or buffer."""
        if target not in self._written:
            self._written[target] = self.constant(self.fetch_attr(target))
        return self._written[target]

    def call_module(self, target: Any, args: Any, kwargs: Any) -> str:
        """Write one of the layers that `_Tracer` keeps."""
        layer = self.fetch_attr(target)
        if isinstance(layer, nn.BatchNorm2d) and layer.affine and layer.track_running_stats:
            learned = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            return self.node("BatchNormalization", *args, *learned, epsilon=layer.eps)
        if not isinstance(layer, nn.MaxPool2d):
            raise NotImplementedError(f"{layer} cannot be written as ONNX here")
        sides = (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        if layer.ceil_mode or not all(isinstance(side, int) for side in sides):
            raise NotImplementedError(f"{layer} cannot be written as ONNX here")
        kernel, stride, padding, dilation = ([side] * 2 for side in sides)
        return self.node("MaxPool", *args, kernel_shape=kernel, strides=stride, pads=padding * 2, dilations=dilation)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        """Write a function."""
        return self._write(_FUNCTIONS, target, args, kwargs)

    def call_method(self, target: Any, args: Any, kwargs: Any) -> Any:
        """Write a tensor's method."""
        return self._write(_METHODS, target, args, kwargs)

    def _write(self, known: Mapping[Any, Callable[..., Any]], target: Any, args: Any, kwargs: Any) -> Any:
        if target not in known:
            raise NotImplementedError(f"{target} cannot be written as ONNX here")
        return known[target](self, *args, **kwargs)

    def node(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        """Write a node with one result, and name it; inputs that are no names become constants."""
        output = f"{self.prefix}value_{len(self.nodes)}"
        names = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        self.nodes.append(helper.make_node(kind, names, [output], **attributes))
        return output

    def pair(self, kind: str, *inputs: Any, **attributes: Any) -> Pair:
        """Write a node with two results."""
        values = self.node(kind, *inputs, **attributes)
        self.nodes[-1].output.append(indices := f"{values}_indices")
        return Pair(values, indices)

    def constant(self, value: Tensor | float | Sequence[int]) -> str:
        """Name a tensor, a float32 number or a list of int64."""
        name = f"{self.prefix}constant_{len(self.constants)}"
        if isinstance(value, Tensor):
            self.constants[name] = value.detach().contiguous().cpu().numpy()
        else:
            self.constants[name] = np.asarray(value, np.int64 if isinstance(value, list | tuple) else np.float32)
        return name


class _Tracer(fx.Tracer):
    """Follows a module down to functions, except for two layers whose functions say less than the layers do.

    While it does, torch.fx stands between every module of the process and its callers. Those of other threads, which
    may inspect meanwhile, pass; a second trace waits.
    """

    proxy_buffer_attributes = True

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()

    def call_module(self, m: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if threading.get_ident() != self._thread:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.BatchNorm2d | nn.MaxPool2d)


_INTERPOLATIONS: Mapping[str, Mapping[str, str]] = {
    "nearest": {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
}


def _conv2d(
    writer: GraphWriter,
    frames: str,
    weight: str,
    bias: str | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> str:
    given = (stride, padding, dilation)
    strides, pads, dilations = ([each] * 2 if isinstance(each, int) else list(each) for each in given)
    inputs = (frames, weight) if bias is None else (frames, weight, bias)
    return writer.node("Conv", *inputs, strides=strides, pads=pads * 2, dilations=dilations, group=groups)


def _pad(writer: GraphWriter, frames: str, sides: tuple[int, int, int, int], mode: str, value: float | None) -> str:
    if mode != "constant":
        raise NotImplementedError("padding with anything but a constant cannot be written as ONNX here")
    left, right, top, bottom = sides
    return writer.node("Pad", frames, [0, 0, top, left, 0, 0, bottom, right], value or 0.0)


def _avg_pool2d(
    writer: GraphWriter, maps: str, kernel: int, stride: int, padding: int, ceil: bool, count_pads: bool, divisor: None
) -> str:
    if ceil or divisor or padding:
        raise NotImplementedError("this kind of average pooling cannot be written as ONNX here")
    return writer.node("AveragePool", maps, kernel_shape=[kernel] * 2, strides=[stride] * 2)


def _dropout(writer: GraphWriter, value: str, p: float, training: bool, inplace: bool) -> str:
    if training:
        raise NotImplementedError("dropout cannot be written as ONNX here")
    return value


def _interpolate(writer: GraphWriter, maps: str, size: str, mode: str, **others: Any) -> str:
    if mode not in _INTERPOLATIONS or any(others.values()):  # aligned corners, antialias
        raise NotImplementedError(f"interpolation in the way of {mode} with {others} cannot be written as ONNX here")
    sizes = writer.node("Concat", writer.node("Shape", maps, end=2), size, axis=0)
    return writer.node("Resize", maps, "", "", sizes, **_INTERPOLATIONS[mode])


def _linear(writer: GraphWriter, rows: str, weight: str, bias: str) -> str:
    return writer.node("Gemm", rows, weight, bias, transB=1)


def _getattr(writer: GraphWriter, value: Any, name: str) -> Any:
    return writer.node("Shape", value) if name == "shape" else getattr(value, name)


def _getitem(writer: GraphWriter, value: Any, place: Any) -> Any:
    if isinstance(value, tuple):
        return value[place]
    if isinstance(place, slice):  # of a shape
        last = np.iinfo(np.int64).max if place.stop is None else place.stop
        return writer.node("Slice", value, [place.start or 0], [last])
    return writer.node("Gather", value, place, axis=0)


def _reshape(writer: GraphWriter, value: str, *shape: Any) -> str:
    return writer.node("Reshape", value, list(shape[0] if isinstance(shape[0], tuple) else shape))


def _max(writer: GraphWriter, value: str, dim: int) -> Pair:
    found = writer.pair("TopK", value, [1], axis=dim)
    return Pair(*(writer.node("Squeeze", each, [dim]) for each in found))


def _halves(writer: GraphWriter, value: str, count: int, dim: int) -> Pair:
    if count != 2:
        raise NotImplementedError(f"{count} chunks cannot be written as ONNX here")
    return writer.pair("Split", value, axis=dim, num_outputs=count)


def _topk(writer: GraphWriter, value: str, k: int, dim: int) -> Pair:
    return writer.pair("TopK", value, [k], axis=dim)


def _reduced(kind: str) -> Callable[..., str]:
    def write(writer: GraphWriter, value: str, dim: int | tuple[int, ...]) -> str:
        return writer.node(kind, value, [dim] if isinstance(dim, int) else list(dim), keepdims=0)

    return write


def _plain(kind: str) -> Callable[..., str]:
    return lambda writer, *inputs: writer.node(kind, *inputs)


_FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    operator.add: _plain("Add"),
    operator.iadd: _plain("Add"),
    operator.sub: _plain("Sub"),
    operator.mul: _plain("Mul"),
    operator.truediv: _plain("Div"),
    operator.matmul: _plain("MatMul"),
    operator.getitem: _getitem,
    getattr: _getattr,
    torch.conv2d: _conv2d,
    torch.cat: lambda writer, parts, dim: writer.node("Concat", *parts, axis=dim),
    torch.unflatten: lambda writer, value, dim, sizes: writer.node("Reshape", value, [0] * dim + list(sizes)),
    F.avg_pool2d: _avg_pool2d,
    F.dropout: _dropout,
    torch.linalg.vector_norm: _reduced("ReduceL2"),
    F.pad: _pad,
    F.relu: lambda writer, value, inplace=False: writer.node("Relu", value),
    F.leaky_relu: lambda writer, value, negative_slope=0.01, inplace=False: writer.node(
        "LeakyRelu", value, alpha=negative_slope
    ),
    F.relu6: lambda writer, value, inplace=False: writer.node("Clip", value, 0.0, 6.0),
    F.interpolate: _interpolate,
    F.linear: _linear,
}
_METHODS: Mapping[str, Callable[..., Any]] = {
    "amax": _reduced("ReduceMax"),
    "argmax": lambda writer, value, dim, keepdim: writer.node("ArgMax", value, axis=dim, keepdims=int(keepdim)),
    "chunk": _halves,
    "contiguous": lambda writer, value: value,
    "exp": _plain("Exp"),
    "expand": lambda writer, value, *sides: writer.node("Expand", value, [max(side, 1) for side in sides]),
    "flatten": lambda writer, value, start: writer.node("Reshape", value, [0] * start + [-1]),
    "float": lambda writer, value: writer.node("Cast", value, to=TensorProto.FLOAT),
    "gather": lambda writer, value, dim, places: writer.node("GatherElements", value, places, axis=dim),
    "index_select": lambda writer, value, dim, places: writer.node("Gather", value, places, axis=dim),
    "logsumexp": _reduced("ReduceLogSumExp"),
    "max": _max,
    "mean": _reduced("ReduceMean"),
    "permute": lambda writer, value, *order: writer.node("Transpose", value, perm=order),
    "reshape": _reshape,
    "select": lambda writer, value, dim, place: writer.node(
        "Squeeze", writer.node("Gather", value, [place], axis=dim), [dim]
    ),
    "sqrt": _plain("Sqrt"),
    "square": lambda writer, value: writer.node("Mul", value, value),
    "squeeze": lambda writer, value, dim: writer.node("Squeeze", value, [dim]),
    "sum": _reduced("ReduceSum"),
    "topk": _topk,
    "unsqueeze": lambda writer, value, dim: writer.node("Unsqueeze", value, [dim]),
}
