"""What is written down computes what the module computes, and what cannot be written is refused."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import fx, nn

from core.backbones.onnx_graph import IR_VERSION, OPSET, GraphWriter
from core.detectors.parts.nearest import closest
from core.detectors.parts.neighbourhoods import PatchDescriptions


class Function(nn.Module):
    """A module of one expression, with a weight and two buffers."""

    def __init__(self, function):
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.function = function
        self.weight = nn.Parameter(torch.randn(6, 4, 3, 3, generator=generator))
        self.register_buffer("rows", torch.randn(12, 12, generator=generator))
        self.register_buffer("places", torch.tensor([2, 0]))

    def forward(self, frames):
        return self.function(self, frames)


class Layers(nn.Module):
    """The layers that are kept whole."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(4, eps=1e-3)
        self.pool = nn.MaxPool2d(3, 2, 1)
        with torch.no_grad():
            for tensor in (self.norm.weight, self.norm.bias, self.norm.running_mean, self.norm.running_var):
                tensor.copy_(torch.rand(4, generator=torch.Generator().manual_seed(1)) + 0.5)

    def forward(self, frames):
        return self.pool(self.norm(frames))


def onnx_outputs(module, batch):
    """Write the module down, run it with ONNX Runtime."""
    writer = GraphWriter(module.eval(), "x_")
    found = writer.write("frames")
    names = [found] if isinstance(found, str) else list(found)
    kinds = {node.output[1]: TensorProto.INT64 for node in writer.nodes if len(node.output) > 1}
    graph = helper.make_graph(
        writer.nodes,
        "module",
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["N", *batch.shape[1:]])],
        [helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), None) for name in names],
        [numpy_helper.from_array(array, name) for name, array in writer.constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    assert all(node.output[0].startswith("x_") for node in model.graph.node)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"frames": batch.numpy()})


EXPRESSIONS = {
    "arithmetic": lambda m, x: (2 * x - 1) / (x + 3) - (1 - x),
    "convolution": lambda m, x: F.conv2d(x, m.weight, stride=2, padding=1),
    "grouped": lambda m, x: F.conv2d(torch.cat([x, x], dim=1), m.weight, padding=(1, 0), dilation=2, groups=2),
    "pad": lambda m, x: F.pad(x, (1, 2, 3, 4)) + F.pad(x, (1, 2, 3, 4), value=0.7),
    "average pooling": lambda m, x: F.avg_pool2d(x, 2, 2, 0, False, True, None),
    "halves": lambda m, x: x.chunk(2, dim=1)[0] - 2 * x.chunk(2, dim=1)[1],
    "no dropout": lambda m, x: F.dropout(x, 0.2, False, False),
    "a size of its own": lambda m, x: F.interpolate(x, (7, 31), mode="bilinear", align_corners=False),
    "activations": lambda m, x: F.relu(x) + F.relu6(9 * x) + F.leaky_relu(x - 0.5, 0.2, inplace=True),
    "nearest": lambda m, x: F.interpolate(x, size=F.pad(x, (0, 7, 0, 5)).shape[-2:], mode="nearest"),
    "bilinear": lambda m, x: F.interpolate(
        F.conv2d(x, m.weight, stride=4), size=x.shape[-2:], mode="bilinear", align_corners=False
    ),
    "joined": lambda m, x: torch.cat([x.index_select(1, m.places), x], dim=1),
    "flattened": lambda m, x: x.flatten(2).permute(2, 1, 0),
    "unflattened": lambda m, x: torch.unflatten(x.permute(0, 2, 3, 1), 3, (2, -1)).mean(-1),
    "product": lambda m, x: m.rows @ x,
    "linear": lambda m, x: F.linear(x.reshape(-1, 12), m.rows, -0.5 * m.rows.square().sum(1)),
    "looked up": lambda m, x: m.rows[x.reshape(-1, 12).argmax(dim=1, keepdim=True)],
    "largest": lambda m, x: x.reshape(-1, 48).max(1)[0],
    "top": lambda m, x: x.reshape(-1, 48).topk(5, dim=1),
    "picked": lambda m, x: x.reshape(-1, 24, 20).gather(
        1, x.reshape(-1, 24, 20).argmax(dim=1, keepdim=True).expand(-1, -1, 20)
    ),
    "selected": lambda m, x: x.flatten(2).select(2, 3),
    "reduced": lambda m, x: x.square().sum(1).sqrt().unsqueeze(1).squeeze(1).amax(dim=(1, 2)),
    "length": lambda m, x: torch.linalg.vector_norm(x, dim=1),
    "exponentials": lambda m, x: x.flatten(2).logsumexp(2).exp(),
    "cast": lambda m, x: x * m.places.float().mean(0),
    "nearest neighbours": lambda m, x: closest(x.reshape(-1, 12), m.rows, m.rows.square().sum(1), 3),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("batch", [1, 3])
def test_every_operation_computes_what_pytorch_computes(name, batch):
    module = Function(EXPRESSIONS[name])
    frames = torch.rand(batch, 4, 12, 10 if name not in ("product",) else 5, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        want = module(frames)
    want = [want] if isinstance(want, torch.Tensor) else list(want)
    have = onnx_outputs(module, frames)
    for one, other in zip(have, want, strict=True):
        assert one.shape == tuple(other.shape)
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-5, atol=1e-5)


def test_layers_with_what_they_have_learned():
    frames = torch.rand(2, 4, 12, 10)
    with torch.no_grad():
        want = Layers().eval()(frames)
    np.testing.assert_allclose(onnx_outputs(Layers(), frames)[0], want.numpy(), rtol=1e-5, atol=1e-6)


def test_descriptions_narrower_than_their_levels():
    module = PatchDescriptions((4, 4), (8, 8), 4)
    frames = torch.rand(2, 4, 12, 10)

    class Levels(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = module

        def forward(self, frames):
            return self.inner([frames, F.conv2d(frames, torch.eye(4).view(4, 4, 1, 1), stride=2)])

    with torch.no_grad():
        want = Levels()(frames)
    np.testing.assert_allclose(onnx_outputs(Levels(), frames)[0], want.numpy(), rtol=1e-5, atol=1e-6)


def test_a_buffer_used_twice_is_written_once():
    writer = GraphWriter(Function(lambda m, x: m.rows @ x + (m.rows @ x)).eval())
    writer.write("frames")
    assert [array.shape for array in writer.constants.values()] == [(12, 12)]


@pytest.mark.parametrize(
    "function",
    [
        lambda m, x: torch.fft.fft(x),
        lambda m, x: x.cumsum(1),
        lambda m, x: F.pad(x, (1, 1, 1, 1), mode="reflect"),
        lambda m, x: F.interpolate(x, size=x.shape[-2:], mode="bilinear", align_corners=True),
        lambda m, x: F.interpolate(x, size=x.shape[-2:], mode="bicubic"),
        lambda m, x: F.max_pool2d(x, 2, ceil_mode=True),
        lambda m, x: F.avg_pool2d(x, 2, 2, 1, False, True, None),
        lambda m, x: x.chunk(3, dim=1)[0],
        lambda m, x: F.dropout(x, 0.2, True, False),
    ],
)
def test_what_cannot_be_written_is_refused(function):
    with pytest.raises(NotImplementedError, match="cannot be written"):
        GraphWriter(Function(function).eval()).write("frames")


def test_other_threads_compute_while_a_module_is_followed():
    """torch.fx patches `nn.Module` for the whole process: an inspection beside it must not notice."""
    other, frames = nn.Conv2d(4, 2, 1), torch.ones(1, 4, 3, 3)
    expected = other(frames)
    seen = []

    def function(_module, followed):
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(other, frames).result())
        return followed

    GraphWriter(Function(function))
    assert torch.equal(seen[0], expected)
    assert not isinstance(other.weight, fx.Proxy)
