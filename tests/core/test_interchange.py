"""Labels from and for other programs.

The files in `label_files` were written by labelme 6.3.1 and pycocotools 2.0.11, and so were the masks expected of them.
"""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from core.cli.app import app
from core.errors import Problem
from core.images.reading import read_mask
from core.progress import silent
from core.project.edits import AddSamples, SetMarks
from core.project.interchange.coco import decoded
from core.project.interchange.files import FORMATS, read_labels, write_labels
from core.project.interchange.said import Pictures
from core.project.masks import PackedMask, outlines
from core.project.model import Label, Project, Sample
from core.project.storage import ProjectFile
from tests.textures import write_png

WRITTEN = Path(__file__).parent / "label_files"
SIZE = (40, 60)


@pytest.fixture
def project(tmp_path):
    """Pictures of two folders, some of the same name."""
    folder = tmp_path / "pictures"
    names = ["part.png", "other.png", "a/000.png", "b/000.png", "检测 é.png"]
    samples = []
    for number, name in enumerate(names, 1):
        path = write_png(folder / name, np.full((*SIZE, 3), number, np.uint8))
        samples.append(Sample(number, str(path), size=SIZE if number < 3 else None))
    project = Project(tmp_path / "p.flawsight", "P")
    AddSamples(samples).apply(project)
    return project


def read(project, source):
    return read_labels(source, list(project.samples.values()), silent())


def written(name):
    return cv2.imread(str(WRITTEN / name), cv2.IMREAD_UNCHANGED) > 0


def told(reading):
    return {remark.where: str(remark.problem) for remark in reading.remarks}


def blob(seed, size=SIZE):
    noise = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=size), (0, 0), 2)
    return (noise > 0.12).astype(np.uint8)


@pytest.mark.parametrize("name", ["labelme_null.json", "labelme_data.json"])
def test_a_file_that_labelme_wrote(project, tmp_path, name):
    shutil.copy(WRITTEN / name, tmp_path / "pictures" / "part.json")
    reading = read(project, tmp_path / "pictures" / "part.json")
    said = reading.said[1]
    assert (said.label, said.defect_type) == (Label.DEFECT, "scratch")
    ours, theirs = said.mask.unpack() > 0, written("labelme_expected.png")
    # labelme marks every pixel that an outline touches, half a pixel off; this program those whose centre is inside.
    inner, outer = (each(theirs.astype(np.uint8), np.ones((3, 3))) > 0 for each in (cv2.erode, cv2.dilate))
    assert not (ours & ~outer).any()
    assert not (inner & ~ours).any()
    assert np.array_equal(ours[28:38, 3:16], theirs[28:38, 3:16])  # a shape of kind "mask"
    assert "several types" in told(reading)["part.json"]
    assert ("part.json, 6" in told(reading)) == (name == "labelme_null.json")  # a line is no area


def test_a_picture_that_labelmes_flag_calls_good(project, tmp_path):
    shutil.copy(WRITTEN / "labelme_good.json", tmp_path / "pictures" / "part.json")
    reading = read(project, tmp_path / "pictures")
    assert {i: (said.label, said.mask) for i, said in reading.said.items()} == {1: (Label.GOOD, None)}
    assert not reading.remarks


def test_a_file_that_pycocotools_reads(project, tmp_path):
    shutil.copy(WRITTEN / "coco.json", tmp_path / "coco.json")
    reading = read(project, tmp_path / "coco.json")
    said = reading.said[1]
    ours, theirs = said.mask.unpack() > 0, written("coco_expected.png")
    assert (ours != theirs).sum() <= 6  # along the one slanted edge
    assert np.array_equal(ours[10:], theirs[10:])
    assert np.array_equal(ours[:, :40], theirs[:, :40])
    assert said.defect_type == "scratch"
    words = told(reading)
    assert "no area" in words["pictures/part.png, annotation 4"]
    assert "does not name" in words["annotation 5"]
    assert "1 pictures have no annotation" in words["coco.json"]
    assert reading.said.keys() == {1}


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_reads_the_same(project, tmp_path, form):
    masks = {1: blob(1), 3: blob(2), 4: np.ones(SIZE, np.uint8), 5: blob(3)}
    masks[1][:] = 0
    cv2.circle(masks[1], (30, 20), 12, 1, 4)  # has a hole
    labels = {1: (Label.DEFECT, ""), 2: (Label.GOOD, ""), 3: (Label.DEFECT, "a"), 4: (Label.DEFECT, "b")}
    labels[5] = (Label.DEFECT, "划痕")
    packed = {i: PackedMask.of(mask) for i, mask in masks.items()}
    SetMarks(packed, "", labels).apply(project)
    if form == "labelme":  # one file beside the other: names must differ
        del project.samples[4], labels[4], masks[4]
    result = write_labels(project, tmp_path / "out", form, silent())
    assert not result.remarks
    assert result.pictures == len(masks if form == "masks" else labels)
    source = {"coco": "out/annotations.json", "csv": "out/labels.csv"}.get(form, "out")
    reading = read(project, tmp_path / source)
    assert not reading.remarks
    expected = labels if form != "masks" else {i: label for i, label in labels.items() if i != 2}
    assert {i: (said.label, said.defect_type) for i, said in reading.said.items()} == expected
    if form != "csv":
        assert {i: said.mask for i, said in reading.said.items() if said.mask} == {i: packed[i] for i in masks}
    before = {i: (s.label, s.defect_type) for i, s in project.samples.items()}, dict(project.masks)
    assert not reading.edit().apply(project).kinds  # nothing is new
    assert before == ({i: (s.label, s.defect_type) for i, s in project.samples.items()}, project.masks)


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_is_replaced(project, tmp_path, form):
    SetMarks({1: PackedMask.of(blob(1))}, "").apply(project)
    out = tmp_path / "out"
    write_labels(project, out, form, silent())
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    SetMarks({1: PackedMask.of(blob(2))}, "", {1: (Label.DEFECT, ""), 2: (Label.GOOD, "")}).apply(project)
    if form in ("coco", "csv"):  # one file for all
        with pytest.raises(Problem, match="already there"):
            write_labels(project, out, form, silent())
    else:
        result = write_labels(project, out, form, silent())
        assert [Path(remark.where).name for remark in result.remarks] == ["part.png"]
    assert all(path.read_bytes() == content for path, content in before.items())


@pytest.mark.parametrize("name", ["../out", "a/b", "..", "a:b", "C:\\x"])
def test_a_type_that_is_no_folder_is_told(project, tmp_path, name):
    marks = {i: PackedMask.of(blob(i)) for i in (1, 2)}
    SetMarks(marks, "", {1: (Label.DEFECT, name), 2: (Label.DEFECT, "dent")}).apply(project)
    result = write_labels(project, tmp_path / "in" / "out", "masks", silent())
    assert [Path(remark.where).name for remark in result.remarks] == ["part.png"]
    assert [path.name for path in tmp_path.rglob("*_mask.png")] == ["other_mask.png"]


def test_masks_on_disk_are_written_too_and_stay_as_they_are(project, tmp_path):
    mask = write_png(tmp_path / "m.png", blob(4) > 0)
    before = mask.read_bytes()
    project.samples[2] = Sample(2, project.samples[2].file, Label.DEFECT, defect_type="x", mask=mask, size=SIZE)
    write_labels(project, tmp_path / "out", "masks", silent())
    assert np.array_equal(read_mask(tmp_path / "out/ground_truth/x/other_mask.png", SIZE), blob(4))
    assert mask.read_bytes() == before


def test_a_tree_of_masks_finds_pictures_by_type_and_stem(project, tmp_path):
    root = tmp_path / "mvtec" / "ground_truth"
    write_png(root / "a" / "000_mask.png", blob(1) > 0)
    write_png(root / "b" / "000.png", blob(2) > 0)
    write_png(root / "c" / "000_mask.png", blob(2) > 0)  # a or b?
    write_png(root / "c" / "part_mask.png", np.zeros(SIZE, bool))
    write_png(root / "c" / "other_mask.png", np.ones((41, 60), bool))
    write_png(root / "c" / "nobody_mask.png", blob(2) > 0)
    (root / "c" / "notes.txt").write_text("x")
    for source in (root, root.parent):
        reading = read(project, source)
        assert {i: (s.label, s.defect_type) for i, s in reading.said.items()} == {
            3: (Label.DEFECT, "a"),
            4: (Label.DEFECT, "b"),
            1: (Label.GOOD, ""),
        }
        assert np.array_equal(reading.said[4].mask.unpack(), blob(2))
        words = told(reading)
        assert "Several pictures" in words["c/000_mask.png"]
        assert "60 × 41" in words["c/other_mask.png"]
        assert "no picture" in words["c/nobody_mask.png"]
        assert len(words) == 3


@pytest.mark.parametrize(
    "text",
    [
        "path,label,type\npictures/part.png,defect,scratch\npictures/other.png,good,\n",
        "\ufeffPath;Type;Label\r\npictures\\part.png;scratch;NG\r\nother.png;;OK\r\n",
        'label\ttype\tpath\ndefect\tscratch\t"part.png"\n\ngood\t\tpictures/other.png',
    ],
)
def test_tables_as_spreadsheets_write_them(project, tmp_path, text):
    (tmp_path / "labels.csv").write_bytes(text.encode())
    reading = read(project, tmp_path / "labels.csv")
    assert {i: (s.label, s.defect_type) for i, s in reading.said.items()} == {
        1: (Label.DEFECT, "scratch"),
        2: (Label.GOOD, ""),
    }
    assert not reading.remarks


def test_bad_rows_of_a_table_do_not_keep_the_others_back(project, tmp_path):
    lines = ["path,label", "part.png,maybe", "gone.png,good", "000.png,good", "b/000.png,ng", "b/000.png,good", "x", ""]
    (tmp_path / "labels.csv").write_text("\n".join([*lines, '"other.png"x,good', "other.png,good"]))
    reading = read(project, tmp_path / "labels.csv")
    assert {i: s.label for i, s in reading.said.items()} == {4: Label.DEFECT, 2: Label.GOOD}
    words = told(reading)
    assert "maybe" in words["labels.csv, 2"]
    assert "no picture" in words["labels.csv, 3"]
    assert "Several pictures" in words["labels.csv, 4"]
    assert "same picture" in words["labels.csv, 6"]
    assert "broken" in words["labels.csv, 7"]
    assert len(words) == 6


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", b"{", "broken"),
        ("x.json", b"[" * 100_000, "broken"),
        ("x.json", b"[1, 2]", "neither"),
        ("x.json", b'{"images": 3, "annotations": []}', "neither"),
        ("x.json", b"\xff\xfe", "UTF-8"),
        ("x.csv", "路径".encode("gbk"), "UTF-8"),
        ("x.csv", b"", "first line"),
        ("x.csv", b"a,b\n1,2\n", "first line"),
    ],
)
def test_a_file_that_is_none_says_so(project, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Problem, match=words) as caught:
        read(project, tmp_path / name)
    assert caught.value.hint


def test_an_empty_folder_and_a_missing_file(project, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(Problem, match="no labels"):
        read(project, tmp_path / "empty")
    with pytest.raises(Problem, match="could not be read"):
        read(project, tmp_path / "gone.csv")


SQUARE = [[2, 2], [9, 2], [9, 9]]


@pytest.mark.parametrize(
    "shape",
    [
        {"label": "a", "points": SQUARE[:2], "shape_type": "polygon"},
        {"label": "a", "points": [[1, 2], [3, float("nan")], [4, 4]], "shape_type": "polygon"},
        {"label": "a", "points": "x", "shape_type": "polygon"},
        {"label": "a", "shape_type": "polygon"},
        {"points": SQUARE, "shape_type": "polygon"},
        {"label": "a", "points": SQUARE, "shape_type": "linestrip"},
        {"label": "a", "points": [[0, 0], [5, 5]], "shape_type": "mask", "mask": "####"},
        {"label": "a", "points": [[0, 0], [5, 5]], "shape_type": "mask", "mask": None},
        {"label": "a", "points": [[0, 0], [5e9, 5e9]], "shape_type": "mask", "mask": "aaaa"},
        7,
        None,
    ],
)
def test_broken_shapes_are_told_and_the_others_taken(project, tmp_path, shape):
    good = {"label": "b", "points": [[20, 20], [30, 20], [30, 30], [20, 30]], "shape_type": "polygon"}
    content = {"shapes": [shape, good], "imagePath": "part.png", "imageHeight": None}
    (tmp_path / "part.json").write_text(json.dumps(content))
    reading = read(project, tmp_path / "part.json")
    assert reading.said[1].defect_type == "b" or "points" in str(shape)
    assert reading.said[1].mask.unpack()[20:30, 20:30].all()
    assert reading.said[1].mask.unpack().sum() == 100
    assert [remark.where for remark in reading.remarks] == ["part.json, 1"]


def test_labelme_of_another_size_is_told(project, tmp_path):
    shape = {"label": "a", "points": SQUARE, "shape_type": "polygon"}
    content = {"shapes": [shape], "imagePath": "part.png", "imageHeight": 41, "imageWidth": 60}
    (tmp_path / "part.json").write_text(json.dumps(content))
    reading = read(project, tmp_path / "part.json")
    assert "60 × 41" in told(reading)["part.json"]
    assert not reading.said


def test_broken_rows_of_coco_are_told_and_the_others_taken(project, tmp_path):
    square = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[2, 2, 9, 2, 9, 9, 2, 9]]}
    image = {"id": 1, "file_name": "part.png", "height": 40, "width": 60}
    content = {
        "images": [image, {"id": 2, "file_name": "gone.png"}, {"id": 3, "file_name": "other.png", "width": 9}, 5, {}],
        "annotations": [
            square,
            {**square, "id": 2, "segmentation": {"size": [40, 60], "counts": [5]}},
            {**square, "id": 3, "segmentation": {"size": [41, 60], "counts": [41 * 60]}},
            {**square, "id": 4, "segmentation": [[1, 2, 3]]},
            {**square, "id": 5, "segmentation": {"size": [40, 60], "counts": "\x00zz"}},
            {**square, "id": 6, "image_id": [2]},
            {"id": 7},
            8,
            {**square, "id": 9, "image_id": 2},
            {**square, "id": 10, "image_id": 3},
        ],
        "categories": [{"id": 1, "name": "dent"}, 3],
    }
    (tmp_path / "x.json").write_text(json.dumps(content))
    reading = read(project, tmp_path / "x.json")
    assert {i: (s.defect_type, s.mask.unpack().sum()) for i, s in reading.said.items()} == {1: ("dent", 49)}
    words = told(reading)
    assert {f"part.png, annotation {n}" for n in (2, 3, 4, 5)} <= words.keys()
    assert {
        "category 2",
        "annotation 6",
        "annotation 7",
        "annotation ?",
        "gone.png",
        "other.png",
        "4",
        "5",
    } <= words.keys()


def test_run_lengths_of_every_length():
    for seed in range(5):
        mask = np.random.default_rng(seed).integers(0, 2, SIZE).astype(np.uint8)
        counts, last = [], 0
        run = 0
        for value in mask.T.ravel().tolist():
            if value != last:
                counts.append(run)
                run, last = 0, value
            run += 1
        counts.append(run)
        assert np.array_equal(decoded({"size": SIZE, "counts": counts}, SIZE), mask)


def test_a_polygon_in_coco_has_the_area_of_its_pixels(project, tmp_path):
    mask = blob(7)
    SetMarks({1: PackedMask.of(mask)}, "").apply(project)
    write_labels(project, tmp_path / "out", "coco", silent())
    annotations = json.loads((tmp_path / "out/annotations.json").read_text())["annotations"]
    assert sum(each["area"] for each in annotations) == mask.sum()
    assert len(annotations) == len(outlines(mask))
    for each in annotations:
        if isinstance(each["segmentation"], list):
            x, y = np.array(each["segmentation"][0]).reshape(-1, 2).T
            shoelace = abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
            assert shoelace == each["area"]


def test_paths_are_found_whole_relative_or_by_their_end(project, tmp_path):
    pictures = Pictures(list(project.samples.values()))
    assert pictures.find("a/000.png", tmp_path / "pictures").id == 3
    assert pictures.find("../pictures/b/000.png", tmp_path / "labels").id == 4
    assert pictures.find("C:\\data\\b\\000.png", tmp_path).id == 4
    assert pictures.find(str(project.samples[3].path), Path("/")).id == 3
    assert pictures.find("elsewhere/part.png", tmp_path).id == 1
    for name in ("000.png", "", "part.jpg", "x/000.png"):
        with pytest.raises(Problem):
            pictures.find(name, tmp_path)


def test_the_command_line_writes_labels_and_takes_them_into_another_project(project, tmp_path):
    runner = CliRunner()
    SetMarks({1: PackedMask.of(blob(1))}, "", {1: (Label.DEFECT, "scratch"), 2: (Label.GOOD, "")}).apply(project)
    files = []
    for name in ("one", "two"):
        file = ProjectFile.create(tmp_path / name, name)
        file.do(AddSamples(list(project.samples.values()) if name == "one" else samples_without_labels(project)))
        if name == "one":
            file.do(SetMarks(project.masks, "Import labels"))
        file.close()
        files.append(str(file.project.path))
    out = tmp_path / "out"
    done = runner.invoke(app, ["labels", "export", files[0], "--output", str(out), "--format", "coco"])
    assert done.exit_code == 0, done.output
    done = runner.invoke(app, ["labels", "import", files[1], str(out / "annotations.json"), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {"pictures": 2, "masks": 1, "remarks": []}
    file = ProjectFile.open(Path(files[1]))
    file.close()
    assert file.project.masks == project.masks
    assert [s.label for s in file.project.samples.values()][:2] == [Label.DEFECT, Label.GOOD]
    (out / "x.csv").write_text("path,label\ngone.png,good\n")
    failed = runner.invoke(app, ["labels", "import", files[1], str(out / "x.csv")])
    assert failed.exit_code == 1
    assert "gone.png" in failed.stderr
    assert runner.invoke(app, ["labels", "export", files[0], "-o", str(out), "--format", "xml"]).exit_code == 1


def samples_without_labels(project):
    return [Sample(each.id, each.file) for each in project.samples.values()]
