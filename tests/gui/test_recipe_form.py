"""The form: one field a knob, its range and help from the dataclass, its value in the settings."""

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog

from core.detectors.settings import KINDS, PRESETS, knobs
from gui.panels.recipe_form import FolderField, RecipeForm, decimals
from gui.widgets.tips import tip


@pytest.fixture(params=list(KINDS))
def kind(request):
    return request.param


def both(qtbot, kind):
    settings = PRESETS[kind]["balanced"]
    forms = [RecipeForm(settings, advanced=advanced) for advanced in (False, True)]
    for form in forms:
        qtbot.addWidget(form)
    return settings, forms


def test_every_knob_has_one_field_with_its_range_and_help(qtbot, kind):
    settings, forms = both(qtbot, kind)
    fields = {name: field for form in forms for name, field in form.fields.items()}
    assert len(fields) == sum(len(form.fields) for form in forms)
    for knob in knobs(type(settings)):
        field = fields[knob.name]
        assert field.toolTip() == tip(knob.help)
        assert field.accessibleName() == knob.label
        if isinstance(field, QComboBox):
            assert [field.itemData(i) for i in range(field.count())] == list(knob.choices)
        elif not isinstance(field, (QCheckBox, FolderField)):
            assert field.minimum() == pytest.approx(knob.low)
            assert field.maximum() == pytest.approx(knob.high)


def test_fields_show_a_preset_without_changing_it(qtbot, kind):
    for settings in PRESETS[kind].values():
        for advanced in (False, True):
            form = RecipeForm(settings, advanced=advanced)
            qtbot.addWidget(form)
            told = []
            form.changed.connect(told.append)
            form.show_settings(settings)
            assert form.settings == settings
            assert told == []


def test_a_field_changes_its_setting_and_no_other(qtbot, kind):
    settings, (_, form) = both(qtbot, kind)
    field = form.fields["smoothing"]
    with qtbot.waitSignal(form.changed) as changed:
        field.setValue(2.5)
    (now,) = changed.args
    assert now.smoothing == 2.5
    assert {k.name for k in knobs(type(settings)) if getattr(now, k.name) != getattr(settings, k.name)} == {"smoothing"}


def test_a_folder_is_chosen_and_given_up(qtbot, monkeypatch, tmp_path):
    _, (_, form) = both(qtbot, "efficientad")
    field = form.fields["penalty_folder"]
    assert field.text.placeholderText() == "drawn by the program"
    assert field.clear_button.isHidden()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(form.changed) as changed:
        field.choose_button.click()
    assert changed.args[0].penalty_folder == str(tmp_path)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")  # the dialog was left
    field.choose_button.click()
    assert form.settings.penalty_folder == str(tmp_path)
    field.clear_button.click()
    assert form.settings.penalty_folder == ""


@pytest.mark.parametrize(("step", "places"), [(1.0, 0), (0.5, 1), (0.01, 2), (0.001, 3), (10.0, 0)])
def test_places_of_a_step(step, places):
    assert decimals(step) == places
