"""Every way to change a project, each with its way back.

An edit changes the document in memory and answers with `Changes`; `core.project.storage` writes exactly what the
changes name. Undoing restores the fields the edit set and nothing else, so that scores or facts that arrived in
between stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import phrase
from core.images.area import Area
from core.project.masks import PackedMask
from core.project.model import AREA, TYPES, Changes, Kind, Label, ModelRecord, Project, Role, Sample, SampleId, Score

if TYPE_CHECKING:
    from core.scoring.thresholds import Calibration

MERGE_SECONDS = 1.0


class Edit(Protocol):
    """One change of the document.

    Attributes
    ----------
    title
        What it does, for the undo menu.
    bytes_kept
        Memory that its way back takes, where that can be much.
    """

    @property
    def title(self) -> str: ...

    @property
    def bytes_kept(self) -> int: ...

    def apply(self, project: Project) -> Changes:
        """Change the document."""
        ...

    def undo(self, project: Project) -> Changes:
        """Take the change back. Only after `apply`."""
        ...

    def merge(self, later: Edit) -> Edit | None:
        """Return one edit that does both, or None where they stay two steps."""
        ...


class _Single:
    """An edit that is one step of its own."""

    @property
    def bytes_kept(self) -> int:
        return 0

    def merge(self, later: Edit) -> Edit | None:
        return None


@dataclass(frozen=True, slots=True)
class _Taken:
    """Samples taken out of a project with everything that hangs on them."""

    samples: tuple[Sample, ...]
    scores: tuple[Score, ...] = ()
    masks: Mapping[SampleId, PackedMask] = field(default_factory=dict)

    def changes(self) -> Changes:
        kinds = _SET | {Kind.MASKS} if self.masks else _SET
        return Changes(frozenset(sample.id for sample in self.samples), kinds)


def _take_out(project: Project, ids: Iterable[SampleId]) -> _Taken:
    gone = {i for i in ids if i in project.samples}
    scores = tuple(score for key, score in project.scores.items() if key[1] in gone)
    for score in scores:
        del project.scores[score.model, score.sample]
    masks = {i: project.masks.pop(i) for i in sorted(gone) if i in project.masks}
    return _Taken(tuple(project.samples.pop(i) for i in sorted(gone)), scores, masks)


def _put_back(project: Project, taken: _Taken) -> None:
    for sample in taken.samples:
        project.samples[sample.id] = sample
        project.last_id = max(project.last_id, sample.id)
    for score in taken.scores:
        if score.model in project.models:
            project.scores[score.model, score.sample] = score
    project.masks.update(taken.masks)


_SET = frozenset({Kind.SAMPLES, Kind.LABELS, Kind.ROLES, Kind.SCORES})


class AddSamples(_Single):
    """Take pictures into the project."""

    title = phrase("Add images")

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._taken = _Taken(tuple(samples))

    def apply(self, project: Project) -> Changes:
        _put_back(project, self._taken)
        return self._taken.changes()

    def undo(self, project: Project) -> Changes:
        # What was learnt about them in the meantime (scores, sizes) comes back with them on redo.
        self._taken = _take_out(project, [s.id for s in self._taken.samples])
        return self._taken.changes()


class RemoveSamples(_Single):
    """Drop pictures from the project; the files themselves are never touched."""

    title = phrase("Remove images")

    def __init__(self, ids: Iterable[SampleId]) -> None:
        self._ids = frozenset(ids)
        self._taken = _Taken(())

    def apply(self, project: Project) -> Changes:
        self._taken = _take_out(project, self._ids)
        return self._taken.changes()

    def undo(self, project: Project) -> Changes:
        _put_back(project, self._taken)
        return self._taken.changes()


class _SetFields(_Single):
    """Set some fields of some samples."""

    _kinds: frozenset[Kind]

    def __init__(self, wanted: Mapping[SampleId, Mapping[str, Any]]) -> None:
        self._wanted = wanted
        self._before: dict[SampleId, dict[str, Any]] = {}

    def apply(self, project: Project) -> Changes:
        self._before = {}
        for i, fields in self._wanted.items():
            sample = project.samples.get(i)
            if sample is None:
                continue
            before = {name: getattr(sample, name) for name in fields}
            if before == dict(fields):
                continue
            self._before[i] = before
            project.samples[i] = sample._replace(**fields)
        return self._changes()

    def undo(self, project: Project) -> Changes:
        for i, fields in self._before.items():
            project.samples[i] = project.samples[i]._replace(**fields)
        return self._changes()

    def _changes(self) -> Changes:
        return Changes(frozenset(self._before), self._kinds) if self._before else Changes()


def _remember_types(project: Project, ids: Iterable[SampleId]) -> None:
    """Keep the types of those that are defects and are about to be none."""
    there = (project.samples[i] for i in ids if i in project.samples)
    project.types_before.update({sample.id: sample.defect_type for sample in there if sample.label is Label.DEFECT})


def _type_again(project: Project, sample: Sample) -> str:
    """Return the type of what is about to be a defect, as far as it is known."""
    return sample.defect_type or ("" if sample.label is Label.DEFECT else project.types_before.get(sample.id, ""))


def _typed(project: Project, i: SampleId, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name the type where none is named: once, so that making the change again makes the same."""
    named = "defect_type" in fields or i not in project.samples
    return fields if named else {**fields, "defect_type": _type_again(project, project.samples[i])}


class SetLabels(_SetFields):
    """Say of some pictures whether they are good or show a defect.

    What was painted on one that is no defect goes with its label, and comes back with it. So does its defect type,
    which also comes back where the picture is labelled a defect anew and no type is named.
    """

    _kinds = frozenset({Kind.LABELS})

    def __init__(self, ids: Iterable[SampleId], label: Label, defect_type: str | None = None) -> None:
        fields: dict[str, Any] = {"label": label}
        if defect_type is not None or label is not Label.DEFECT:
            fields["defect_type"] = defect_type or ""
        super().__init__(dict.fromkeys(ids, fields))
        self._clears = label is not Label.DEFECT
        self._masks: dict[SampleId, PackedMask] = {}
        self.title = {
            Label.GOOD: phrase("Label as good"),
            Label.DEFECT: phrase("Name the defect type") if defect_type else phrase("Label as defect"),
            Label.UNDECIDED: phrase("Take the label away"),
        }[label]

    def apply(self, project: Project) -> Changes:
        self._wanted = {i: _typed(project, i, fields) for i, fields in self._wanted.items()}
        if self._clears:
            _remember_types(project, self._wanted)
        cleared = [i for i in self._wanted if i in project.masks] if self._clears else []
        self._masks = {i: project.masks.pop(i) for i in cleared}
        return super().apply(project) | self._mask_changes()

    def undo(self, project: Project) -> Changes:
        project.masks.update(self._masks)
        return super().undo(project) | self._mask_changes()

    def _mask_changes(self) -> Changes:
        return Changes(frozenset(self._masks), frozenset({Kind.MASKS})) if self._masks else Changes()


class SetMarks(_Single):
    """Set masks of some pictures, and what is said about them.

    A picture that gets a mark is a defect from then on, and one that is no defect keeps no mask.

    Parameters
    ----------
    masks
        By sample; None goes back to the sample's file, or to no mask at all.
    labels
        Label and defect type by sample, where these change, too.
    """

    def __init__(
        self,
        masks: Mapping[SampleId, PackedMask | None],
        title: str,
        labels: Mapping[SampleId, tuple[Label, str]] | None = None,
    ) -> None:
        self.title = title
        self._masks = dict(masks)
        self._labels = dict(labels or {})
        self._before: dict[SampleId, tuple[PackedMask | None, Label, str]] = {}
        self._kinds: frozenset[Kind] = frozenset()
        self._bytes_kept = 0

    @property
    def bytes_kept(self) -> int:
        """The squares that were painted over, and 100 bytes for each square's place."""
        return self._bytes_kept

    def apply(self, project: Project) -> Changes:
        self._before = {}
        kinds: set[Kind] = set()
        for i in self._masks.keys() | self._labels.keys():
            sample = project.samples.get(i)
            if sample is None:
                continue
            label, defect_type = self._labels.get(i, (sample.label, sample.defect_type))
            mask = self._masks[i] if i in self._masks else project.masks.get(i)
            if i in self._masks and mask is not None and mask.marked:
                label = Label.DEFECT
                defect_type = defect_type or _type_again(project, sample)
            if label is not Label.DEFECT:
                _remember_types(project, (i,))
                mask, defect_type = None, ""
            before, now = (project.masks.get(i), sample.label, sample.defect_type), (mask, label, defect_type)
            if before != now:
                kinds |= {Kind.MASKS} if before[0] != now[0] else set()
                kinds |= {Kind.LABELS} if before[1:] != now[1:] else set()
                self._before[i] = before
                self._put(project, i, now)
        self._kinds = frozenset(kinds)
        over = [(i, before[0]) for i, before in self._before.items() if before[0] is not None]
        self._bytes_kept = sum(mask.bytes_beside(project.masks.get(i)) + 100 * len(mask.tiles) for i, mask in over)
        return self._changes()

    def undo(self, project: Project) -> Changes:
        for i, before in self._before.items():
            self._put(project, i, before)
        return self._changes()

    def _changes(self) -> Changes:
        return Changes(frozenset(self._before), self._kinds)

    @staticmethod
    def _put(project: Project, i: SampleId, wanted: tuple[PackedMask | None, Label, str]) -> None:
        mask, label, defect_type = wanted
        project.samples[i] = project.samples[i]._replace(label=label, defect_type=defect_type)
        if mask is None:
            project.masks.pop(i, None)
        else:
            project.masks[i] = mask


class SetRoles(_SetFields):
    """Say of some pictures what they are used for."""

    _kinds = frozenset({Kind.ROLES})

    def __init__(self, ids: Iterable[SampleId], role: Role) -> None:
        super().__init__({i: {"role": role} for i in ids})
        self.title = {
            Role.TRAIN: phrase("Use for training"),
            Role.TUNE: phrase("Use for tuning"),
            Role.HOLD_OUT: phrase("Hold out"),
        }[role]


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What reading a picture told; fields as in `Sample`."""

    size: tuple[int, int] | None
    content_hash: str
    trouble: str
    note: str
    bits: int | None


class MoveFiles(_SetFields):
    """Say where pictures and their masks (None without) are now. What could not be read may be tried again."""

    title = phrase("Locate folder")
    _kinds = frozenset({Kind.SAMPLES, Kind.PATHS})

    def __init__(self, paths: Mapping[SampleId, tuple[Path, Path | None]]) -> None:
        super().__init__({i: {"file": str(path), "mask": mask, "trouble": ""} for i, (path, mask) in paths.items()})


class SetFacts(_SetFields):
    """Record what reading the pictures told. Observation, not opinion: kept out of the undo list."""

    title = phrase("Read images")
    _kinds = frozenset({Kind.SAMPLES})

    def __init__(self, facts: Mapping[SampleId, SampleFacts]) -> None:
        super().__init__({i: asdict(told) for i, told in facts.items()})


class SetTroubles(_SetFields):
    """Record which pictures could not be read ("" where one can be read again). Kept out of the undo list."""

    title = phrase("Read images")
    _kinds = frozenset({Kind.SAMPLES})

    def __init__(self, troubles: Mapping[SampleId, str]) -> None:
        super().__init__({i: {"trouble": text} for i, text in troubles.items()})


class AddScores(_Single):
    """Record what a model found. Observation, not opinion: kept out of the undo list.

    Scores of samples or models that have left the project in the meantime are dropped.
    """

    title = phrase("Inspect")

    def __init__(self, scores: Sequence[Score]) -> None:
        self._scores = tuple(scores)
        self._before: dict[tuple[str, SampleId], Score | None] = {}

    def apply(self, project: Project) -> Changes:
        self._before = {}
        for score in self._scores:
            if score.sample in project.samples and score.model in project.models:
                key = (score.model, score.sample)
                self._before.setdefault(key, project.scores.get(key))
                project.scores[key] = score
        return self._changes()

    def undo(self, project: Project) -> Changes:
        for key, before in self._before.items():
            if before is None:
                project.scores.pop(key, None)
            else:
                project.scores[key] = before
        return self._changes()

    def _changes(self) -> Changes:
        return Changes(frozenset(key[1] for key in self._before), frozenset({Kind.SCORES}))


_MODELS = frozenset({Kind.MODELS, Kind.CALIBRATION, Kind.SCORES})


class _ModelInOut(_Single):
    """A model comes into the project or leaves it, with its limits and scores."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._record: ModelRecord | None = None
        self._calibration: Calibration | None = None
        self._scores: tuple[Score, ...] = ()
        self._active: str | None = None

    def _put_in(self, project: Project, active: str | None) -> Changes:
        if self._record is None:
            return Changes()
        project.models[self._model] = self._record
        if self._calibration is not None:
            project.calibrations[self._model] = self._calibration
        kept = [score for score in self._scores if score.sample in project.samples]
        project.scores.update({(score.model, score.sample): score for score in kept})
        return self._activated(project, active, kept)

    def _take_out(self, project: Project, active: str | None) -> Changes:
        self._record = project.models.pop(self._model, None)
        self._calibration = project.calibrations.pop(self._model, None)
        self._scores = tuple(score for key, score in project.scores.items() if key[0] == self._model)
        for score in self._scores:
            del project.scores[score.model, score.sample]
        return self._activated(project, active, self._scores)

    def _activated(self, project: Project, active: str | None, touched: Sequence[Score]) -> Changes:
        """Change the active model, and say so only where it is another one: all that is shown is then drawn anew."""
        kinds = _MODELS if project.active_model == active else _MODELS | {Kind.ACTIVE_MODEL}
        project.active_model = active
        return Changes(frozenset(score.sample for score in touched), kinds)


class AddModel(_ModelInOut):
    """Take a trained model with its provisional limits into the project.

    Parameters
    ----------
    activate
        Whether it becomes the active one.
    title
        How it came about.
    """

    def __init__(
        self, record: ModelRecord, calibration: Calibration, *, activate: bool = True, title: str = phrase("Train")
    ) -> None:
        super().__init__(record.id)
        self.title = title
        self._record = record
        self._calibration = calibration
        self._activate = activate

    def apply(self, project: Project) -> Changes:
        self._active = project.active_model
        return self._put_in(project, self._model if self._activate else self._active)

    def undo(self, project: Project) -> Changes:
        return self._take_out(project, self._active)


class RemoveModel(_ModelInOut):
    """Drop a model with its limits and scores. Its file stays until the project is closed."""

    title = phrase("Remove model")

    def apply(self, project: Project) -> Changes:
        self._active = project.active_model
        active = self._active
        if active == self._model:
            active = max(
                (m for m in project.models if m != self._model),
                key=lambda m: project.models[m].created,
                default=None,
            )
        return self._take_out(project, active)

    def undo(self, project: Project) -> Changes:
        return self._put_in(project, self._active)


class SetActiveModel(_Single):
    """Choose the model that everything shown is about."""

    title = phrase("Choose model")

    def __init__(self, model: str) -> None:
        self._model = model
        self._before: str | None = None

    def apply(self, project: Project) -> Changes:
        self._before = project.active_model
        project.active_model = self._model
        return self._changes()

    def undo(self, project: Project) -> Changes:
        project.active_model = self._before
        return self._changes()

    def _changes(self) -> Changes:
        return Changes(kinds=frozenset({Kind.ACTIVE_MODEL, Kind.CALIBRATION, Kind.SCORES}))


class SetCalibration:
    """Set the limits of one model.

    Parameters
    ----------
    title
        Which limit was moved; edits with the same title follow one another into one step.
    at
        Seconds on any steady clock: edits that follow within a second are one step.
    """

    bytes_kept = 0

    def __init__(
        self, model: str, calibration: Calibration, title: str = phrase("Set limits"), at: float = 0.0
    ) -> None:
        self.title = title
        self._model = model
        self._calibration = calibration
        self._at = at
        self._before: Calibration | None = None

    def apply(self, project: Project) -> Changes:
        if self._before is None:
            self._before = project.calibrations.get(self._model)
        project.calibrations[self._model] = self._calibration
        return Changes(kinds=frozenset({Kind.CALIBRATION}))

    def undo(self, project: Project) -> Changes:
        if self._before is None:
            project.calibrations.pop(self._model, None)
        else:
            project.calibrations[self._model] = self._before
        return Changes(kinds=frozenset({Kind.CALIBRATION}))

    def merge(self, later: Edit) -> Edit | None:
        if not isinstance(later, SetCalibration) or (later.title, later._model) != (self.title, self._model):
            return None
        if later._at - self._at > MERGE_SECONDS:
            return None
        both = SetCalibration(self._model, later._calibration, self.title, later._at)
        both._before = self._before
        return both


class SetSettings(_Single):
    """Set some of the project's own settings."""

    title = phrase("Change settings")

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        self._before: dict[str, str | None] = {}

    def apply(self, project: Project) -> Changes:
        self._before = {name: project.settings.get(name) for name in self._values}
        project.settings.update(self._values)
        return Changes(kinds=frozenset({Kind.SETTINGS}))

    def undo(self, project: Project) -> Changes:
        for name, before in self._before.items():
            if before is None:
                project.settings.pop(name, None)
            else:
                project.settings[name] = before
        return Changes(kinds=frozenset({Kind.SETTINGS}))


def meet_types(project: Project, names: Iterable[str]) -> SetSettings | None:
    """Return what gives defect types that the project has not met yet places behind the others; None without any."""
    new = [name for name in names if name and name not in project.types]
    return SetSettings({TYPES: json.dumps([*project.types, *new])}) if new else None


class SetArea(SetSettings):
    """Say which part of every picture counts, from the next training on."""

    title = phrase("Draw the area")

    def __init__(self, area: Area) -> None:
        super().__init__({AREA: json.dumps(area.to_json())})
