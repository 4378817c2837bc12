"""A project as one file: what comes out is what went in, elsewhere; what is not ours is refused."""

import json
import shutil
import zipfile

import numpy as np
import pytest

from core.errors import Problem
from core.progress import Cancelled, Ticket, silent
from core.project.edits import AddSamples, SetMarks
from core.project.masks import PackedMask
from core.project.model import Label, Role, Sample
from core.project.packing import MANIFEST, pack, unpack
from core.project.storage import ProjectFile
from tests.textures import flawed_part, good_part, write_png


@pytest.fixture
def project(tmp_path):
    home = tmp_path / "Prüfung: 检测"
    photos = [
        write_png(home / "one" / "part.png", good_part(1)),
        write_png(home / "two" / "one" / "part.png", good_part(2)),  # the same name in a folder of the same name
        write_png(home / "two" / "bad.png", flawed_part(3)[0]),
    ]
    mask = write_png(home / "masks" / "bad.png", flawed_part(3)[1])
    several = write_png(home / "masks" / "several" / "000.png", flawed_part(3)[1]).parent
    samples = [Sample(i + 1, str(path), Label.GOOD, Role.TRAIN, size=(96, 96)) for i, path in enumerate(photos)]
    samples[2] = samples[2]._replace(label=Label.DEFECT, role=Role.TUNE, mask=mask)
    samples[1] = samples[1]._replace(label=Label.DEFECT, mask=several)
    file = ProjectFile.create(home / "Part.flawsight", "Part")
    file.do(AddSamples(samples))
    marks = np.zeros((96, 96), bool)
    marks[3:9, 4:20] = True
    file.do(SetMarks({1: PackedMask.of(marks)}, "Paint"))
    (file.project.models_folder / "x.flawmodel").write_bytes(b"model")
    yield file.project
    file.close()


def contents(project):
    def read(path):
        if path is None:
            return None
        return [each.read_bytes() for each in sorted(path.iterdir())] if path.is_dir() else path.read_bytes()

    return {
        sample.id: (sample.label, sample.role, read(sample.path), read(sample.mask))
        for sample in project.samples.values()
    }


def test_it_opens_elsewhere_without_the_first(project, tmp_path):
    packed = pack(project, tmp_path / "mail" / "a.zip", silent())
    assert packed.missing == ()
    before = contents(project)
    shutil.move(tmp_path / "mail" / "a.zip", tmp_path / "a.zip")
    shutil.rmtree(project.path.parent)
    path = unpack(tmp_path / "a.zip", tmp_path / "new" / "place", silent())
    file = ProjectFile.open(path)
    assert contents(file.project) == before
    assert file.project.name == "Part"
    assert file.project.masks[1].unpack()[3:9, 4:20].all()
    assert all(sample.path.is_relative_to(tmp_path / "new") for sample in file.project.samples.values())
    assert (file.project.models_folder / "x.flawmodel").read_bytes() == b"model"
    file.close()
    assert str(project.path.parent).encode() not in path.read_bytes()  # nothing tells where it was


def test_without_images_it_finds_those_that_are_there(project, tmp_path):
    pack(project, tmp_path / "a.zip", silent(), images=False)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert not any(name.endswith(".png") for name in archive.namelist())
    before = contents(project)
    file = ProjectFile.open(unpack(tmp_path / "a.zip", tmp_path / "new", silent()))
    assert contents(file.project) == before
    file.close()


def test_pictures_that_are_gone_are_told(project, tmp_path):
    gone = project.samples[1].path
    gone.unlink()
    assert pack(project, tmp_path / "a.zip", silent()).missing == (gone,)


def changed(source, target, change):
    """Write an archive anew with changed files and manifest."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(files.pop(MANIFEST))
    change(files, record)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in [*files.items(), (MANIFEST, json.dumps(record).encode())]:
            archive.writestr(name, data)


def renamed(name):
    def change(files, record):
        old = next(each for each in files if each.endswith(".png"))
        files[name] = files.pop(old)
        record["files"][name] = record["files"].pop(old)

    return change


def flipped(files, record):
    name = next(each for each in files if each.endswith(".png"))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def bomb(files, record):
    name = next(each for each in files if each.endswith(".png"))
    files[name] += bytes(10**7)


@pytest.mark.parametrize(
    "change",
    [
        *map(renamed, ("../out.png", "/tmp/out.png", "a/../../out.png", "c:/out.png", "a\\..\\out.png", "con.png")),
        flipped,
        bomb,
        lambda files, record: files.update(extra=b"x"),
        lambda files, record: record.update(project="none.flawsight"),
        lambda files, record: record.update(files=3),
        lambda files, record: record.clear(),
        lambda files, record: record["files"].update({name: [float("inf"), ""] for name in files}),
    ],
)
def test_what_is_not_ours_is_refused_and_leaves_nothing(project, tmp_path, change):
    pack(project, tmp_path / "a.zip", silent())
    changed(tmp_path / "a.zip", tmp_path / "b.zip", change)
    there = sorted(tmp_path.rglob("*"))
    with pytest.raises(Problem, match="damaged, or is no packed project"):
        unpack(tmp_path / "b.zip", tmp_path / "new", silent())
    assert sorted(tmp_path.rglob("*")) == there


def test_a_damaged_archive_is_refused_or_gives_what_was_packed(project, tmp_path):
    pack(project, tmp_path / "a.zip", silent())
    whole = (tmp_path / "a.zip").read_bytes()
    places = [*range(0, len(whole), len(whole) // 150), *range(len(whole) - 150, len(whole))]
    for number, place in enumerate(places):
        damaged = bytearray(whole if number % 10 else whole[:place])
        if number % 10:
            damaged[place] ^= 1 << number % 8
        (tmp_path / "b.zip").write_bytes(damaged)
        new = tmp_path / f"new {number}"
        try:
            path = unpack(tmp_path / "b.zip", new, silent())
        except Problem:
            assert not new.exists()
        else:  # a bit that says nothing, such as one of a time
            file = ProjectFile.open(path)
            assert contents(file.project) == contents(project)
            file.close()


def test_other_refusals(project, tmp_path):
    pack(project, tmp_path / "a.zip", silent())
    changed(tmp_path / "a.zip", tmp_path / "b.zip", lambda files, record: record.update(format=99))
    with pytest.raises(Problem, match="newer version"):
        unpack(tmp_path / "b.zip", tmp_path / "new", silent())
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(Problem, match="damaged"):
        unpack(tmp_path / "text.zip", tmp_path / "new", silent())
    with pytest.raises(Problem, match="no file"):
        unpack(tmp_path / "none.zip", tmp_path / "new", silent())
    with pytest.raises(Problem, match="there already"):
        unpack(tmp_path / "a.zip", tmp_path, silent())
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        unpack(tmp_path / "a.zip", tmp_path / "new", ticket)
    assert not (tmp_path / "new").exists()
