from pathlib import Path

from core.project.model import Changes, Kind, Project, Sample


def test_changes_add_up():
    both = Changes(frozenset({1}), frozenset({Kind.LABELS})) | Changes(frozenset({2}), frozenset({Kind.ROLES}))
    assert both == Changes(frozenset({1, 2}), frozenset({Kind.LABELS, Kind.ROLES}))


def test_files_lie_beside_the_project():
    project = Project(path=Path("/parts/flange.flawsight"), name="Flange")
    assert project.files == Path("/parts/flange.files")
    assert project.models_folder == Path("/parts/flange.files/models")
    assert project.heat_path("abc", 7) == Path("/parts/flange.files/maps/abc/7.npy")


def test_samples_are_found_by_file():
    project = Project(path=Path("/p.flawsight"), name="P")
    project.samples = {3: Sample(3, "/a.png"), 9: Sample(9, "/b.png")}
    assert project.by_file() == {"/a.png": 3, "/b.png": 9}
