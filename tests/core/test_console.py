"""What the command line says."""

from core.cli.console import counted


def test_one_and_many():
    assert [counted(count, "image") for count in range(3)] == ["0 images", "1 image", "2 images"]
