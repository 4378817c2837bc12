"""A backbone as an ONNX graph, node by node, for the few operations that backbones are made of.

PyTorch's exporter takes seconds over what takes a tenth of one here, so no graph has to be kept between runs.
`core.backbones.engines` compares what the graph computes with PyTorch before it is used.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, fx, nn

INPUT = "frames"
OPSET = 17
IR_VERSION = 8  # the file format of that opset's time


def onnx_graph(module: nn.Module, outputs: Sequence[str]) -> bytes:
    """Return a module that turns (B, 3, H, W) into one tensor each of `outputs` as a serialised ONNX model.

    B, H and W stay open. Memory: the weights twice, for as long as it runs.

    Raises
    ------
    NotImplementedError
        The module has an operation that is not known here.
    """
    writer = _Writer(fx.GraphModule(module, _Tracer().trace(module)))
    for found, name in zip(writer.run(INPUT), outputs, strict=True):
        writer.nodes.append(helper.make_node("Identity", [found], [name]))
    frames = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["B", 3, "H", "W"])
    maps = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", None, None, None]) for name in outputs]
    graph = helper.make_graph(writer.nodes, "backbone", [frames], maps, writer.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    content: bytes = model.SerializeToString()
    return content


class _Tracer(fx.Tracer):
    """Follows a module down to functions, except for two layers whose functions say less than the layers do."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, nn.BatchNorm2d | nn.MaxPool2d)


class _Writer(fx.Interpreter):
    """Goes through a traced module with the names of tensors in place of tensors, and writes down each operation."""

    def __init__(self, traced: fx.GraphModule) -> None:
        super().__init__(traced)
        self.extra_traceback = False  # it would end up in the sentence that a person reads
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def get_attr(self, target: Any, args: Any, kwargs: Any) -> str:
        return self._constant(self.fetch_attr(target))

    def call_module(self, target: Any, args: Any, kwargs: Any) -> str:
        layer = self.fetch_attr(target)
        if isinstance(layer, nn.BatchNorm2d):
            tensors = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            values = [self._constant(tensor) for tensor in tensors if tensor is not None]
            return self._node("BatchNormalization", *args, *values, epsilon=layer.eps)
        kernel, stride, padding, dilation = (
            [side, side] for side in (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        )
        return self._node("MaxPool", *args, kernel_shape=kernel, strides=stride, pads=padding * 2, dilations=dilation)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> str:
        match target:
            case operator.sub:
                return self._node("Sub", *args)
            case operator.truediv:
                return self._node("Div", *args)
            case operator.add | operator.iadd:
                return self._node("Add", *args)
            case F.relu:
                return self._node("Relu", args[0])
            case F.relu6:
                return self._node("Clip", args[0], self._constant(torch.tensor(0.0)), self._constant(torch.tensor(6.0)))
            case F.pad:
                frames, (left, right, top, bottom) = args
                pads = torch.tensor([0, 0, top, left, 0, 0, bottom, right])
                return self._node("Pad", frames, self._constant(pads))
            case torch.conv2d:
                frames, weight, bias, stride, padding, dilation, groups = args
                inputs = (frames, weight) if bias is None else (frames, weight, bias)
                return self._node(
                    "Conv", *inputs, strides=stride, pads=[*padding, *padding], dilations=dilation, group=groups
                )
        raise NotImplementedError(f"{target} cannot be written as ONNX here")

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, value: Tensor) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value.detach().contiguous().cpu().numpy(), name))
        return name
