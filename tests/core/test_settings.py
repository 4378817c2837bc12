import dataclasses
import json
import subprocess
import sys

import pytest

from core.backbones.catalog import CATALOG, TEACHERS
from core.detectors.settings import (
    KINDS,
    PRESETS,
    EfficientAdSettings,
    PadimSettings,
    PatchCoreSettings,
    SimpleNetSettings,
    knobs,
    settings_from_json,
    settings_to_json,
)
from core.errors import Problem


@pytest.mark.parametrize("info", KINDS.values(), ids=KINDS)
def test_every_field_is_a_knob_a_form_can_show(info):
    shown = knobs(info.settings_type)
    assert [knob.name for knob in shown] == [field.name for field in dataclasses.fields(info.settings_type)]
    for knob in shown:
        assert knob.label
        assert knob.help.endswith(".")
        assert type(knob.default) is knob.type
        assert knob.choices or knob.folder or knob.type is bool or (knob.low is not None and knob.high is not None)
        info.settings_type(**{knob.name: knob.default})


def test_presets_are_valid_and_use_a_backbone_that_is_at_hand():
    networks = {**CATALOG, **TEACHERS}
    for kind, presets in PRESETS.items():
        assert set(presets) == {"fast", "balanced", "accurate"}
        assert presets["balanced"] == KINDS[kind].settings_type()
        for settings in presets.values():
            assert settings.kind == kind
            assert networks[settings.backbone].sources[0].kind == "package"


@pytest.mark.parametrize("settings", [settings for presets in PRESETS.values() for settings in presets.values()])
def test_json_round_trip(settings):
    assert settings_from_json(json.loads(json.dumps(settings_to_json(settings)))) == settings


def test_left_out_settings_keep_their_defaults():
    assert settings_from_json({"kind": "efficientad"}) == EfficientAdSettings()


@pytest.mark.parametrize("kind", ["patchcore", "simplenet"])
def test_what_earlier_versions_had_no_setting_for_stays_as_they_did_it(kind):
    assert not settings_from_json({"kind": kind}).alike
    assert settings_from_json({"kind": kind, "alike": True}).alike


def test_a_padim_model_from_before_averages_has_none():
    assert settings_from_json({"kind": "padim"}) == PadimSettings(averaged=False)
    assert settings_from_json(settings_to_json(PadimSettings())).averaged


def test_a_model_from_before_shaped_noise_says_that_it_had_none():
    assert settings_from_json({"kind": "simplenet", "alike": True}).shaped == 0
    assert SimpleNetSettings().shaped > 0
    assert settings_from_json(settings_to_json(SimpleNetSettings())).shaped == SimpleNetSettings().shaped


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"kind": "magic"}, "no detector of the kind"),
        ({}, "no detector of the kind"),
        ({"kind": "padim", "colour": 3}, "no setting named colour"),
        ({"kind": "padim", "channels": -1}, "Feature channels"),
        ({"kind": "padim", "channels": 10.5}, "Feature channels"),
        ({"kind": "padim", "channels": True}, "Feature channels"),
        ({"kind": "padim", "backbone": "vgg"}, "Backbone"),
        ({"kind": "patchcore", "coreset": 0.0}, "Share"),
        ({"kind": "patchcore", "coreset": float("nan")}, "Share"),
        ({"kind": "patchcore", "coreset": "0.1"}, "Share"),
        ({"kind": "patchcore", "neighbours": 51}, "Neighbours"),
        ({"kind": "patchcore", "reweight": 1}, "Weigh"),
        ({"kind": "simplenet", "share": 0.0}, "Share"),
        ({"kind": "simplenet", "noise": -0.1}, "Noise"),
    ],
)
def test_bad_values_are_problems_that_name_the_setting(values, match):
    with pytest.raises(Problem, match=match):
        settings_from_json(values)


def test_automatic_sizes():
    assert PadimSettings().kept(448) == 100
    assert PadimSettings(backbone="wide_resnet50_2").kept(1792) == 550
    assert PadimSettings(channels=500).kept(448) == 448
    assert PatchCoreSettings().widths((40, 112)) == ((40, 112), 152)
    assert PatchCoreSettings().widths((128, 256)) == ((128, 256), 384)
    assert PatchCoreSettings().widths((512, 1024)) == ((1024, 1024), 1024)
    assert PatchCoreSettings(dimension=64).widths((40, 112)) == ((64, 64), 64)
    assert SimpleNetSettings().widths((40, 112)) == ((40, 112), 152)
    assert SimpleNetSettings().widths((512, 1024)) == ((512, 1024), 1536)


def test_settings_and_catalogue_load_without_torch():
    code = "import core.detectors.settings, core.detectors.estimate, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("kind", list(PRESETS))
def test_every_preset_is_another(kind):
    assert len(set(PRESETS[kind].values())) == 3


def test_simplenets_presets_differ_in_the_networks_width():
    fast, balanced, accurate = (PRESETS["simplenet"][name] for name in ("fast", "balanced", "accurate"))
    assert fast.hidden < balanced.hidden < accurate.hidden
