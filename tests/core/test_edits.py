from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.images.area import Area
from core.project import edits
from core.project.masks import PackedMask
from core.project.model import Kind, Label, Project, Role
from tests.projects import CALIBRATION, contents, record, sample, score


@pytest.fixture
def project():
    project = Project(path=Path("/p/p.flawsight"), name="P", last_id=4)
    project.samples = {i: sample(i) for i in (1, 2, 3, 4)}
    project.models = {"m1": record(project), "m2": record(project, "m2", "2026-02-01T00:00:00+00:00")}
    project.calibrations = {"m1": CALIBRATION, "m2": CALIBRATION}
    project.scores = {("m1", i): score(project, i, float(i)) for i in (1, 2)} | {
        ("m2", 1): score(project, 1, 5.0, "m2")
    }
    project.active_model = "m2"
    project.settings = {"frame": "256"}
    project.samples[3] = sample(3, Label.DEFECT, defect_type="dent")
    project.masks = {3: packed(5)}
    return project


def packed(marks):
    mask = np.zeros((48, 80), np.uint8)
    mask.flat[:marks] = 1
    return PackedMask.of(mask)


def new_model(project):
    return record(project, "m3", "2026-03-01T00:00:00+00:00")


EDITS = {
    "add": lambda p: edits.AddSamples([sample(5), sample(6, Label.DEFECT)]),
    "remove": lambda p: edits.RemoveSamples([1, 3, 99]),
    "label": lambda p: edits.SetLabels([1, 2], Label.DEFECT, "scratch"),
    "roles": lambda p: edits.SetRoles([2, 4], Role.TRAIN),
    "held out": lambda p: edits.SetRoles([2, 4], Role.HOLD_OUT),
    "facts": lambda p: edits.SetFacts({1: edits.SampleFacts((48, 80), "ab", "", "first of 3 pages", 16)}),
    "troubles": lambda p: edits.SetTroubles({2: "broken"}),
    "scores": lambda p: edits.AddScores([score(p, 1, 9.0), score(p, 4, 1.0)]),
    "model": lambda p: edits.AddModel(new_model(p), CALIBRATION),
    "waiting model": lambda p: edits.AddModel(new_model(p), CALIBRATION, activate=False),
    "remove model": lambda p: edits.RemoveModel("m2"),
    "remove other model": lambda p: edits.RemoveModel("m1"),
    "activate": lambda p: edits.SetActiveModel("m1"),
    "limits": lambda p: edits.SetCalibration("m1", replace(CALIBRATION, high=20.0)),
    "label with mask": lambda p: edits.SetLabels([2, 3], Label.GOOD),
    "paint": lambda p: edits.SetMarks({1: packed(9)}, "Brush stroke"),
    "paint more": lambda p: edits.SetMarks({3: packed(9)}, "Brush stroke"),
    "back to the file": lambda p: edits.SetMarks({3: None}, "Back to the file"),
    "import": lambda p: edits.SetMarks({1: packed(3)}, "Import labels", {1: (Label.DEFECT, "a"), 3: (Label.GOOD, "")}),
    "settings": lambda p: edits.SetSettings({"frame": "512", "seed": "1"}),
    "area": lambda p: edits.SetArea(Area((((0.1, 0.2), (0.9, 0.3), (0.4, 0.95)),))),
}


@pytest.mark.parametrize("make", EDITS.values(), ids=EDITS.keys())
def test_undo_restores_and_redo_repeats(project, make):
    before = contents(project)
    edit = make(project)
    first = edit.apply(project)
    after = contents(project)
    assert first.kinds
    assert after[:-1] != before[:-1]
    assert edit.undo(project) == first
    assert contents(project)[:-1] == before[:-1]  # ids are never given twice: last_id stays
    assert edit.apply(project) == first
    assert contents(project) == after


def test_changes_name_the_samples_touched(project):
    changes = edits.SetLabels([1, 2, 99], Label.GOOD).apply(project)
    assert changes.samples == {1, 2}
    assert changes.kinds == {Kind.LABELS}
    assert edits.SetLabels([3], Label.GOOD).apply(project).kinds == {Kind.LABELS, Kind.MASKS}


def test_an_edit_that_changes_nothing_says_so(project):
    assert not edits.SetLabels([1], Label.UNDECIDED).apply(project).kinds


def test_a_good_part_has_no_defect_type(project):
    edits.SetLabels([1], Label.DEFECT, "scratch").apply(project)
    edits.SetLabels([1], Label.GOOD).apply(project)
    assert project.samples[1].defect_type == ""


def test_a_new_label_keeps_the_defect_type_when_none_is_named(project):
    edits.SetLabels([1], Label.DEFECT, "scratch").apply(project)
    edits.SetLabels([1], Label.DEFECT).apply(project)
    assert project.samples[1].defect_type == "scratch"


@pytest.mark.parametrize("between", [Label.GOOD, Label.UNDECIDED])
def test_a_label_corrected_twice_has_its_defect_type_again(project, between):
    again = edits.SetLabels([1, 3], Label.DEFECT)
    edits.SetLabels([1, 3], between).apply(project)
    again.apply(project)
    assert (project.samples[1].defect_type, project.samples[3].defect_type) == ("", "dent")
    edits.SetLabels([3], Label.DEFECT, "").apply(project)  # said to have none
    edits.SetLabels([3], Label.DEFECT).apply(project)
    assert project.samples[3].defect_type == ""
    edits.SetLabels([3], Label.DEFECT, "scratch").apply(project)
    edits.SetLabels([3], between).apply(project)
    again.undo(project)
    again.apply(project)
    assert project.samples[3].defect_type == "dent"  # made again as it was made
    edits.SetLabels([3], between).apply(project)
    edits.SetMarks({3: packed(2)}, "Brush stroke").apply(project)
    assert state(project, 3) == (Label.DEFECT, "dent", packed(2))


def test_undoing_a_label_keeps_what_was_learnt_since(project):
    edit = edits.SetLabels([4], Label.DEFECT)
    edit.apply(project)
    edits.AddScores([score(project, 4, 7.0)]).apply(project)
    edits.SetTroubles({4: "gone"}).apply(project)
    edit.undo(project)
    assert project.samples[4].label is Label.UNDECIDED
    assert project.samples[4].trouble == "gone"
    assert project.scores["m1", 4].score == 7.0


def test_added_samples_come_back_with_their_scores(project):
    edit = edits.AddSamples([sample(5)])
    edit.apply(project)
    edits.AddScores([score(project, 5, 7.0)]).apply(project)
    edit.undo(project)
    assert ("m1", 5) not in project.scores
    edit.apply(project)
    assert project.scores["m1", 5].score == 7.0


def test_ids_are_never_given_twice(project):
    edit = edits.AddSamples([sample(5)])
    edit.apply(project)
    edit.undo(project)
    assert project.last_id == 5


def test_scores_that_come_too_late_are_dropped(project):
    changes = edits.AddScores([score(project, 77, 1.0), score(project, 1, 1.0, "gone"), score(project, 3, 2.0)]).apply(
        project
    )
    assert changes.samples == {3}
    assert ("m1", 77) not in project.scores
    assert ("gone", 1) not in project.scores


def test_the_newest_other_model_becomes_active(project):
    edits.AddModel(new_model(project), CALIBRATION).apply(project)
    assert project.active_model == "m3"
    edits.RemoveModel("m3").apply(project)
    assert project.active_model == "m2"
    edits.RemoveModel("m2").apply(project)
    edits.RemoveModel("m1").apply(project)
    assert project.active_model is None


def test_a_model_can_wait_and_removing_it_changes_nothing_that_is_shown(project):
    changes = edits.AddModel(new_model(project), CALIBRATION, activate=False).apply(project)
    assert project.active_model == "m2"
    assert "m3" in project.models
    assert Kind.ACTIVE_MODEL not in changes.kinds
    assert Kind.ACTIVE_MODEL not in edits.RemoveModel("m3").apply(project).kinds


def limits(high, at, title="Move the image limit", model="m1"):
    return edits.SetCalibration(model, replace(CALIBRATION, high=high), title, at)


def test_limits_that_follow_quickly_are_one_step(project):
    first, second = limits(11.0, 5.0), limits(12.0, 5.9)
    first.apply(project)
    second.apply(project)
    both = first.merge(second)
    assert both is not None
    both.undo(project)
    assert project.calibrations["m1"] == CALIBRATION
    both.apply(project)
    assert project.calibrations["m1"].high == 12.0


@pytest.mark.parametrize(
    "second", [limits(12.0, 6.5), limits(12.0, 5.1, "Move the pixel limit"), limits(12.0, 5.1, model="m2")]
)
def test_limits_stay_two_steps_when_late_or_about_something_else(second):
    assert limits(11.0, 5.0).merge(second) is None


def test_labels_stay_steps_of_their_own():
    assert edits.SetLabels([1], Label.GOOD).merge(edits.SetLabels([1], Label.DEFECT)) is None


def state(project, i):
    kept = project.samples[i]
    return kept.label, kept.defect_type, project.masks.get(i)


def test_a_mark_makes_a_picture_a_defect(project):
    edits.SetLabels([1], Label.GOOD).apply(project)
    paint = edits.SetMarks({1: packed(2)}, "Brush stroke")
    paint.apply(project)
    assert state(project, 1) == (Label.DEFECT, "", packed(2))
    paint.undo(project)
    assert state(project, 1) == (Label.GOOD, "", None)


def test_erasing_the_last_mark_leaves_the_label(project):
    edits.SetMarks({3: packed(0)}, "Eraser stroke").apply(project)
    assert state(project, 3) == (Label.DEFECT, "dent", packed(0))
    assert project.mask_of(3) is None


def test_no_mark_on_a_good_picture_is_no_change(project):
    assert not edits.SetMarks({1: packed(0)}, "Eraser stroke").apply(project).kinds


@pytest.mark.parametrize("label", [Label.GOOD, Label.UNDECIDED])
def test_a_picture_that_is_no_defect_keeps_no_mask(project, label):
    edit = edits.SetLabels([3], label)
    edit.apply(project)
    assert state(project, 3) == (label, "", None)
    edit.undo(project)
    assert state(project, 3) == (Label.DEFECT, "dent", packed(5))
    edits.SetMarks({}, "Import labels", {3: (label, "")}).apply(project)
    assert state(project, 3) == (label, "", None)


def test_a_defect_keeps_its_mask_when_its_type_changes(project):
    edits.SetLabels([3], Label.DEFECT, "scratch").apply(project)
    assert state(project, 3) == (Label.DEFECT, "scratch", packed(5))


def test_what_is_painted_stands_in_place_of_the_file(project):
    project.samples[4] = sample(4, Label.DEFECT, mask=Path("/m.png"))
    assert project.mask_of(4) == Path("/m.png")
    edits.SetMarks({4: packed(1)}, "Brush stroke").apply(project)
    assert project.mask_of(4) == packed(1)
    edits.SetMarks({4: None}, "Back to the file").apply(project)
    assert project.mask_of(4) == Path("/m.png")


def test_a_way_back_tells_what_it_takes(project):
    paint = edits.SetMarks({3: packed(9)}, "Brush stroke")
    paint.apply(project)
    assert paint.bytes_kept >= len(packed(5).tiles[0])
    first = edits.SetMarks({1: packed(9)}, "Brush stroke")
    first.apply(project)
    assert first.bytes_kept == 0


def test_changes_tell_masks_from_labels(project):
    assert edits.SetMarks({3: packed(9)}, "Brush stroke").apply(project).kinds == {Kind.MASKS}
    assert edits.SetMarks({1: packed(9)}, "Brush stroke").apply(project).kinds == {Kind.MASKS, Kind.LABELS}
    assert edits.SetMarks({}, "Import labels", {3: (Label.DEFECT, "b")}).apply(project).kinds == {Kind.LABELS}


def test_naming_a_type_is_told_apart_from_labelling():
    titles = [edits.SetLabels([1], Label.DEFECT, name).title for name in (None, "", "dent")]
    assert titles == ["Label as defect", "Label as defect", "Name the defect type"]
