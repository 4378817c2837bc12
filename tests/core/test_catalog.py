import pytest

from core.backbones.catalog import CATALOG, backbone
from core.errors import Problem


def test_names_levels_and_sources_are_complete():
    for name, spec in CATALOG.items():
        assert spec.name == name
        assert list(spec.levels) == ["s4", "s8", "s16"]
        assert all(level.stride == int(key[1:]) for key, level in spec.levels.items())
        assert spec.sources
        assert spec.licence
        for source in spec.sources:
            assert len(source.sha256) in (8, 64)
            assert source.kind == "package" or source.place.startswith("https://")
            # torch's published names end with the first eight digits of the checksum.
            if source.kind == "url":
                assert source.file_name.endswith(f"-{source.sha256[:8]}.pth")


def test_the_urls_are_torchvisions():
    from torchvision.models import ResNet18_Weights, Wide_ResNet50_2_Weights

    pairs = {"resnet18": ResNet18_Weights.IMAGENET1K_V1, "wide_resnet50_2": Wide_ResNet50_2_Weights.IMAGENET1K_V1}
    for name, published in pairs.items():
        (source,) = CATALOG[name].sources
        assert source.place == published.url
        assert source.size_bytes == pytest.approx(published.meta["_file_size"] * 2**20, rel=1e-3)
        assert tuple(published.transforms().mean) == CATALOG[name].mean
        assert tuple(published.transforms().std) == CATALOG[name].std


def test_widths_the_papers_give():
    assert CATALOG["resnet18"].channels(("s4", "s8", "s16")) == (64, 128, 256)
    assert sum(CATALOG["resnet18"].channels(("s4", "s8", "s16"))) == 448
    assert sum(CATALOG["wide_resnet50_2"].channels(("s4", "s8", "s16"))) == 1792
    assert CATALOG["efficientnet_lite0"].channels(("s8", "s16")) == (40, 112)


def test_unknown_name_is_a_problem_that_names_the_others():
    with pytest.raises(Problem, match="efficientnet_lite0"):
        backbone("vgg")
