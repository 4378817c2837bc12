"""What is counted change by change is what counting everything anew gives."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.images.framing import Framing
from core.project.edits import (
    AddModel,
    AddSamples,
    AddScores,
    RemoveModel,
    RemoveSamples,
    SetLabels,
    SetMarks,
    SetRoles,
    SetTroubles,
)
from core.project.masks import PackedMask
from core.project.model import Label, ModelRecord, Role, Sample, Score
from core.scoring.thresholds import Calibration, Threshold
from gui.session.document import Document

PLACEMENT = Framing((32, 32)).place((32, 32))
LIMITS = Calibration(Threshold(5.0), Threshold(5.0), 0.0, 10.0)


@pytest.fixture
def document(qapp, tmp_path):
    document = Document()
    assert document.create(tmp_path / "p", "P")
    yield document
    document.close()


def mask_of(project, sample):
    """What is painted counts, or else the file; a painted mask without a mark is none."""
    painted = project.masks.get(sample.id)
    return sample.mask if painted is None else painted if painted.marked else None


def check_tally(tally, project):
    """Compare with a loop over all pictures."""
    samples = project.samples.values()
    readable = [s for s in samples if not s.trouble]
    assert tally.types == Counter(s.defect_type for s in samples)
    assert tally.unreadable == {s.id for s in samples if s.trouble}
    assert tally.unread == {s.id for s in readable if s.bits is None}
    assert tally.masked == {s.id for s in readable if mask_of(project, s) is not None}
    assert tally.uses == Counter((s.label, s.role) for s in readable)
    assert tally.sizes == Counter(s.size for s in readable if s.size is not None)
    assert tally.depths == Counter(s.bits for s in readable if s.bits is not None)
    assert tally.formats == Counter(s.path.suffix[1:] for s in readable)
    hashes = [s.content_hash for s in readable if s.content_hash]
    assert tally.copies == len(hashes) - len(set(hashes))
    learned = {s.content_hash for s in readable if s.role is Role.TRAIN}
    judged = {s.content_hash for s in readable if s.role is not Role.TRAIN}
    assert tally.leaks == len(learned & judged - {""})
    for counter in (tally.types, tally.uses, tally.sizes, tally.depths, tally.formats):
        assert all(number > 0 for number in counter.values())


def check(document):
    """Compare with a loop over all pictures."""
    project, model = document.project, document.project.active_model
    samples = project.samples.values()
    check_tally(document.tally, project)
    learnt = project.models[model].facts["trained_on"] if model else []
    inside = [
        s
        for s in samples
        if s.role is Role.TUNE
        and s.label is not Label.UNDECIDED
        and (model, s.id) in project.scores
        and s.content_hash[:16] not in learnt
    ]
    labelled = document.labelled
    assert labelled.model == model
    assert labelled.scores == {s.id: project.scores[model, s.id].score for s in inside}
    assert labelled.truth == {s.id: s.label is Label.DEFECT for s in inside}
    figures = labelled.figures()
    assert list(zip(figures.ids, figures.scores, figures.truth, strict=True)) == [
        (s.id, project.scores[model, s.id].score, s.label is Label.DEFECT) for s in sorted(inside, key=lambda s: s.id)
    ]
    assert (figures.curve is not None) == (len(set(figures.truth.tolist())) == 2)
    masks = {s.id: mask for s in inside if s.label is Label.DEFECT and (mask := mask_of(project, s)) is not None}
    good = {s.id: None for s in inside if s.label is Label.GOOD}
    assert {i: marked.mask for i, marked in labelled.marked.items()} == masks | good
    assert all(project.scores[model, i].score == marked.score for i, marked in labelled.marked.items())
    return len(inside)


def test_counts_follow_every_change_and_its_undoing(document):
    rng = random.Random(0)
    folder = document.project.path.parent
    pictures = [
        Sample(
            n,
            f"/p/{n}.{'png' if n % 5 else 'bmp'}",
            mask=Path(f"/m/{n}.png") if n % 3 else None,
            size=(n % 2, 8) if n % 6 else None,
            content_hash=f"{n % 23:064x}"[::-1] if n % 8 else "",
            bits=8 if n % 4 else None,
        )
        for n in range(1, 31)
    ]
    document.do(AddSamples(pictures))
    for name in ("a", "b"):
        facts = {"trained_on": [pictures[6].content_hash[:16]]}
        record = ModelRecord(name, name, "patchcore", folder / name, "2026-01-01", facts)
        document.do(AddModel(record, LIMITS))
    most = 0
    for _ in range(250):
        some = rng.sample(range(1, 31), rng.randint(1, 6))
        kind = rng.randrange(9)
        if kind == 0:
            label = rng.choice(list(Label))
            document.do(SetLabels(some, label, rng.choice(["", "dent"]) if label is Label.DEFECT else None))
        elif kind == 1:
            document.do(SetRoles(some, rng.choice([Role.TUNE, Role.TUNE, Role.TRAIN])))
        elif kind == 2:
            document.observe(SetTroubles({i: rng.choice(["", "", "gone"]) for i in some}))
        elif kind in (3, 4):
            model = rng.choice("ab")
            scores = [Score(i, model, rng.random(), str(folder / "x"), 0.1, PLACEMENT) for i in some]
            document.observe(AddScores(scores))
        elif kind == 5 and rng.random() < 0.3:
            document.do(rng.choice([RemoveSamples(some[:2]), RemoveModel(rng.choice("ab"))]))
        elif kind == 8:
            masks = [None, PackedMask((8, 8), {}), PackedMask.of(np.eye(8, dtype=bool))]
            document.do(SetMarks({i: rng.choice(masks) for i in some}, "Paint"))
        elif kind == 6:
            document.undo_stack.undo()
        else:
            document.undo_stack.redo()
        most = max(most, check(document))
    assert most > 10
