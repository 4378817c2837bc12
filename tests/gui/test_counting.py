"""What is counted change by change is what counting everything anew gives."""

import random
from collections import Counter
from pathlib import Path

import pytest

from core.images.framing import Framing
from core.project.edits import (
    AddModel,
    AddSamples,
    AddScores,
    RemoveModel,
    RemoveSamples,
    SetLabels,
    SetRoles,
    SetTroubles,
)
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


def check(document):
    """Compare with a loop over all pictures."""
    project, model = document.project, document.project.active_model
    samples = project.samples.values()
    uses = Counter((s.label, s.role) for s in samples if not s.trouble)
    assert +document.tally.uses == uses
    assert document.tally.unread == {s.id for s in samples if s.bits is None and not s.trouble}
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
    masks = {s.id: s.mask for s in inside if s.label is Label.DEFECT and s.mask is not None}
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
            Path(f"/p/{n}.png"),
            mask=Path(f"/m/{n}.png") if n % 3 else None,
            content_hash=f"{n:064x}"[::-1],
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
    for _ in range(150):
        some = rng.sample(range(1, 31), rng.randint(1, 6))
        kind = rng.randrange(8)
        if kind == 0:
            document.do(SetLabels(some, rng.choice(list(Label))))
        elif kind == 1:
            document.do(SetRoles(some, rng.choice([Role.TUNE, Role.TUNE, Role.TRAIN])))
        elif kind == 2:
            document.observe(SetTroubles({i: rng.choice(["", "", "gone"]) for i in some}))
        elif kind in (3, 4):
            model = rng.choice("ab")
            document.observe(AddScores([Score(i, model, rng.random(), folder / "x", 0.1, PLACEMENT) for i in some]))
        elif kind == 5 and rng.random() < 0.3:
            document.do(rng.choice([RemoveSamples(some[:2]), RemoveModel(rng.choice("ab"))]))
        elif kind == 6:
            document.undo_stack.undo()
        else:
            document.undo_stack.redo()
        most = max(most, check(document))
    assert most > 10
