"""EfficientAD's teachers: the one that ships, a person's own in both usual layouts, and none at all."""

import pytest
import torch
from safetensors.torch import save_file

from core.backbones.catalog import TEACHERS
from core.backbones.extractor import build_extractor
from core.backbones.nets.pdn import patch_description
from core.backbones.places import present
from core.backbones.weights import keep_weights, load_weights
from core.errors import Problem
from core.progress import silent

ORDER = {"small": (0, 3, 6, 8), "medium": (0, 3, 6, 8, 10, 12)}


def network(size):
    torch.manual_seed(1)
    return patch_description(size)


SMALL = ("pdn_small", "pdn_small_own")
NAMES = {"small": SMALL[1], "medium": "pdn_medium"}


@pytest.mark.parametrize("size", ["small", "medium"])
@pytest.mark.parametrize("layout", ["sequential", "numbered", "safetensors"])
def test_a_teacher_of_ones_own_is_taken_in_every_usual_layout(tmp_path, size, layout):
    net = network(size)
    state = {name: tensor.contiguous() for name, tensor in net.state_dict().items()}
    file = tmp_path / "teacher"
    if layout == "numbered":  # conv1.weight and so on
        state = {
            f"conv{number}.{kind}": state[f"{place}.{kind}"]
            for number, place in enumerate(ORDER[size], 1)
            for kind in ("weight", "bias")
        }
    if layout == "safetensors":
        save_file({name: tensor.half() for name, tensor in state.items()}, file)
    else:
        torch.save(state, file)
    teacher = build_extractor(NAMES[size], ("s4",), silent(), weights_file=file)
    frames = torch.rand(1, 3, 64, 96)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():
        want = net((frames - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1))
        (have,) = teacher(frames)
    assert have.shape == (1, 384, 8, 16)
    torch.testing.assert_close(have, want, rtol=0, atol=5e-3 if layout == "safetensors" else 1e-5)


def test_a_teacher_of_another_shape_or_no_teacher_is_refused(tmp_path):
    file = tmp_path / "teacher.pth"
    torch.save(network("small").state_dict(), file)
    with pytest.raises(Problem, match="does not fit PDN medium"):
        build_extractor("pdn_medium", ("s4",), silent(), weights_file=file)
    for content in (b"", b"12345678{not json", b"PK nothing"):
        file.write_bytes(content)
        with pytest.raises(Problem, match="cannot be understood"):
            build_extractor("pdn_small_own", ("s4",), silent(), weights_file=file)
    torch.save([torch.ones(3)], file)
    with pytest.raises(Problem, match="cannot be understood"):
        build_extractor("pdn_small_own", ("s4",), silent(), weights_file=file)


def test_a_missing_teacher_is_a_problem_with_a_remedy(tmp_path):
    spec = TEACHERS["pdn_medium"]
    with pytest.raises(Problem, match="distill"):
        load_weights(spec, silent(), folder=tmp_path)
    file = tmp_path / "mine.pth"
    torch.save(network("medium").state_dict(), file)
    kept = keep_weights(spec, file, silent(), folder=tmp_path / "kept")
    assert present(spec, tmp_path / "kept") == (spec.sources[0], kept)
    assert load_weights(spec, silent(), folder=tmp_path / "kept").origin == "own:pdn_medium.weights"


def test_ones_own_small_teacher_does_not_take_the_place_of_the_one_that_ships(tmp_path):
    file = tmp_path / "mine.pth"
    torch.save(network("small").state_dict(), file)
    keep_weights(TEACHERS["pdn_small_own"], file, silent(), folder=tmp_path / "kept")
    shipped, own = (load_weights(TEACHERS[name], silent(), folder=tmp_path / "kept") for name in SMALL)
    assert (shipped.origin, own.origin) == ("package:resources/weights/pdn_small.safetensors", "own:pdn_small.weights")
    assert shipped.sha256 != own.sha256
    with pytest.raises(Problem, match="come with the program"):
        keep_weights(TEACHERS["pdn_small"], file, silent(), folder=tmp_path / "kept")


def test_the_teacher_that_ships_is_what_the_catalogue_says(tmp_path):
    spec = TEACHERS["pdn_small"]
    source, path = present(spec, tmp_path)
    assert source.kind == "package"
    assert path.stat().st_size == source.size_bytes < 6_000_000
    assert load_weights(spec, silent(), folder=tmp_path).sha256 == source.sha256
