"""What a linter cannot say about the tree."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_packaging_is_no_package():
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would shadow PyPI's packaging"


def test_modules_are_named_for_what_they_hold():
    vague = {"utils", "helpers", "common", "misc", "manager", "_utils"}
    for folder in ("core", "gui", "resources"):
        for module in (ROOT / folder).rglob("*.py"):
            assert not vague & {module.stem, module.parent.name}, module


def test_nothing_in_the_tree_unpickles():
    for folder in ("core", "gui"):
        for module in (ROOT / folder).rglob("*.py"):
            text = module.read_text(encoding="utf-8")
            assert "import pickle" not in text, module
            assert text.count("torch.load(") == text.count("weights_only=True"), module
            assert "allow_pickle=True" not in text, module
