"""Discovery on folders made here; contents do not matter, only names do."""

import os
from pathlib import Path

import pytest

from core.errors import Problem
from core.progress import Cancelled, silent
from core.project.discovery import discover, image_paths
from core.project.model import Label
from tests import real_data
from tests.real_data import needs_real_data
from tests.textures import write_dataset


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def rows(dataset):
    """(path, label, type, training, mask) with paths relative to the root, for reading."""
    return {
        f.path.relative_to(dataset.root).as_posix(): (
            f.label.value,
            f.defect_type,
            f.training,
            f.mask.relative_to(dataset.root).as_posix() if f.mask else None,
        )
        for f in dataset.found
    }


def test_plain_folder_is_good_and_in_natural_order(tmp_path):
    touch(tmp_path, "part 10.png", "part 9.JPG", "inner/检测 é.tif", "notes.txt", ".hidden.png", ".git/a.png")
    dataset = discover(tmp_path)
    assert dataset.layout == "plain"
    assert [f.path.relative_to(tmp_path).as_posix() for f in dataset.found] == [
        "part 9.JPG",
        "part 10.png",
        "inner/检测 é.tif",
    ]
    assert all(f.label is Label.GOOD and f.training and f.path.is_absolute() for f in dataset.found)
    assert dataset.warnings == ()


def test_mvtec(tmp_path):
    layout = write_dataset(tmp_path / "product", train=3, good=2, defect=2, size=(32, 32))
    dataset = discover(layout.root)
    assert dataset.layout == "mvtec"
    assert rows(dataset) == {
        "train/good/000.png": ("good", "", True, None),
        "train/good/001.png": ("good", "", True, None),
        "train/good/002.png": ("good", "", True, None),
        "test/good/000.png": ("good", "", False, None),
        "test/good/001.png": ("good", "", False, None),
        "test/spot/000.png": ("defect", "spot", False, "ground_truth/spot/000_mask.png"),
        "test/spot/001.png": ("defect", "spot", False, "ground_truth/spot/001_mask.png"),
    }


def test_a_data_set_one_folder_down_is_found(tmp_path):
    write_dataset(tmp_path / "unpacked" / "product", train=1, good=1, defect=0, size=(32, 32))
    dataset = discover(tmp_path / "unpacked")
    assert (dataset.layout, dataset.root.name) == ("mvtec", "product")


def test_several_products_are_a_problem(tmp_path):
    touch(tmp_path, "bottle/train/good/0.png", "bottle/test/x/0.png", "cable/train/good/0.png", "cable/test/x/0.png")
    with pytest.raises(Problem, match="bottle, cable"):
        discover(tmp_path)


def test_loco_masks_are_a_file_or_a_folder_of_several(tmp_path):
    touch(
        tmp_path,
        "train/good/000.png",
        "validation/good/000.png",
        "test/good/000.png",
        "test/logical_anomalies/000.png",
        "test/logical_anomalies/001.png",
        "ground_truth/logical_anomalies/000/000.png",
        "ground_truth/logical_anomalies/001/000.png",
        "ground_truth/logical_anomalies/001/001.png",
    )
    dataset = discover(tmp_path)
    assert dataset.layout == "loco"
    found = rows(dataset)
    assert found["validation/good/000.png"] == ("good", "", False, None)
    kind = "logical_anomalies"
    assert found[f"test/{kind}/000.png"] == ("defect", kind, False, f"ground_truth/{kind}/000/000.png")
    assert found[f"test/{kind}/001.png"] == ("defect", kind, False, f"ground_truth/{kind}/001")


@pytest.mark.parametrize("inner", ["Data/", ""])
def test_visa(tmp_path, inner):
    normal = [f"{inner}Images/Normal/{i:04}.JPG" for i in range(10)]
    touch(tmp_path, *normal, f"{inner}Images/Anomaly/000.JPG", f"{inner}Masks/Anomaly/000.png")
    dataset = discover(tmp_path)
    assert dataset.layout == "visa"
    found = rows(dataset)
    assert found[f"{inner}Images/Anomaly/000.JPG"] == ("defect", "Anomaly", False, f"{inner}Masks/Anomaly/000.png")
    assert sum(found[name][2] for name in normal) == 8


@pytest.mark.parametrize("good", ["good", "OK", "Normal", "pass", "合格"])
def test_good_beside_other_folders(tmp_path, good):
    touch(tmp_path, *(f"{good}/{i}.png" for i in range(10)), "NG/0.png", "NG/deep/1.png", "masks/0.png", "loose.png")
    dataset = discover(tmp_path)
    found = rows(dataset)
    assert dataset.layout == "subfolders"
    assert found["NG/0.png"] == ("defect", "NG", False, "masks/0.png")
    assert found["NG/deep/1.png"] == ("defect", "NG", False, None)
    assert found["loose.png"] == ("undecided", "", False, None)
    assert "masks/0.png" not in found
    assert sum(training for _, _, training, _ in found.values()) == 8


@pytest.mark.parametrize("mask", ["a_mask.png", "a_label.bmp", "masks/a.png", "ground_truth/a_mask.png"])
def test_masks_beside_their_pictures(tmp_path, mask):
    touch(tmp_path, "good/1.png", "good/2.png", "crack/a.jpg", f"crack/{mask}")
    found = rows(discover(tmp_path))
    assert found.pop("crack/a.jpg") == ("defect", "crack", False, f"crack/{mask}")
    assert set(found) == {"good/1.png", "good/2.png"}


def test_mvtec_test_folder_alone_keeps_its_masks(tmp_path):
    layout = write_dataset(tmp_path, train=1, good=5, defect=1, size=(32, 32))
    dataset = discover(layout.root / "test")
    assert dataset.layout == "subfolders"
    assert [f.mask for f in dataset.found if f.label is Label.DEFECT] == [layout.masks[0]]


def test_a_good_folder_alone_is_all_training(tmp_path):
    layout = write_dataset(tmp_path, train=3, good=0, defect=1, size=(32, 32))
    for chosen in (layout.root / "train", layout.root / "train" / "good"):
        dataset = discover(chosen)
        assert (dataset.layout, len(dataset.found), dataset.warnings) == ("plain", 3, ())
        assert all(f.training for f in dataset.found)


def test_a_defect_folder_taken_as_good_is_warned_of(tmp_path):
    layout = write_dataset(tmp_path, train=1, good=1, defect=1, size=(32, 32))
    (warning,) = discover(layout.root / "test" / "spot").warnings
    assert "spot" in warning
    assert "good" in warning
    touch(tmp_path / "other" / "test", "scratch/1.png")
    assert len(discover(tmp_path / "other" / "test" / "scratch").warnings) == 1


def test_plain_folder_leaves_masks_out_and_says_so(tmp_path):
    touch(tmp_path, "a.png", "b.png", "b_mask.png", "ground_truth/a.png", "photo.heic")
    dataset = discover(tmp_path)
    assert set(rows(dataset)) == {"a.png", "b.png"}
    assert {path.name for path, _ in dataset.skipped} == {"ground_truth", "photo.heic"}


def test_missing_and_empty_folders_are_problems(tmp_path):
    with pytest.raises(Problem, match="not there"):
        discover(tmp_path / "nowhere")
    touch(tmp_path, "readme.txt", "inner/readme.md")
    with pytest.raises(Problem, match="no pictures"):
        discover(tmp_path)
    with pytest.raises(Problem, match="not there"):
        discover(tmp_path / "readme.txt")


def test_links_in_circles_end(tmp_path):
    touch(tmp_path, "a/1.png")
    try:
        (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "a" / "0.png").symlink_to(tmp_path / "a" / "0.png")
    except OSError:
        pytest.skip("no links on this file system")
    dataset = discover(tmp_path)
    assert set(rows(dataset)) == {"a/1.png"}
    assert {path.name for path, _ in dataset.skipped} == {"again", "0.png"}


def test_a_folder_that_may_not_be_read_is_skipped(tmp_path):
    touch(tmp_path, "1.png", "closed/2.png")
    closed = tmp_path / "closed"
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this user may read everything")
        dataset = discover(tmp_path)
    finally:
        closed.chmod(0o700)
    assert set(rows(dataset)) == {"1.png"}
    assert [path.name for path, _ in dataset.skipped] == ["closed"]


def test_a_folder_that_vanishes_while_read_is_skipped(tmp_path, monkeypatch):
    touch(tmp_path, "1.png", "gone/2.png")
    scandir = os.scandir

    def vanished(path):
        if Path(path).name == "gone":
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanished)
    dataset = discover(tmp_path)
    assert set(rows(dataset)) == {"1.png"}
    assert "Input/output error" in dataset.skipped[0][1]


def test_a_projects_own_files_are_no_pictures(tmp_path):
    touch(tmp_path, "1.png", "job.flawsight", "job.files/maps/2.png", "holiday.files/3.png")
    assert set(rows(discover(tmp_path))) == {"1.png", "holiday.files/3.png"}


def test_discovery_can_be_cancelled(tmp_path):
    touch(tmp_path, "1.png")
    ticket = silent()
    ticket.cancel()
    with pytest.raises(Cancelled):
        discover(tmp_path, ticket)


def test_image_paths_are_unique_sorted_and_without_masks(tmp_path):
    touch(tmp_path, "10.png", "9.png", "x/1.png", "ground_truth/9.png", "odd.dat", "readme.txt")
    got = image_paths([tmp_path, tmp_path / "9.png", tmp_path / "odd.dat", tmp_path / "missing.png", tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in got] == [
        "9.png",
        "10.png",
        "missing.png",
        "odd.dat",
        "x/1.png",
    ]
    assert [path.name for path in image_paths([tmp_path / "ground_truth"])] == ["9.png"]


@needs_real_data
def test_real_data_sets_are_recognised():
    for root in sorted(real_data.FOLDER.iterdir()):
        if (root / "train" / "good").is_dir():
            dataset = discover(root)
            assert dataset.layout in ("mvtec", "loco")
            assert {f.label for f in dataset.found} == {Label.GOOD, Label.DEFECT}
            if (root / "ground_truth").is_dir():
                assert all(f.mask for f in dataset.found if f.label is Label.DEFECT)
