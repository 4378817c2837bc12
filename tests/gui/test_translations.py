"""The Chinese catalogue: nothing is missing, nothing is broken, and the window speaks it."""

import ast
import re
import runpy
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from core.errors import Problem
from gui.app import Language
from gui.errors import failure, told, translated
from gui.window.main_window import MNEMONIC
from gui.window.top_bar import device_words

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[2] / "packaging" / "translations.py"))
CATALOGUE, PLURALS = TOOL["CATALOGUE"], TOOL["PLURALS"]


def messages(catalogue):
    return {
        (context.findtext("name"), message.findtext("source")): message.find("translation")
        for context in ElementTree.parse(catalogue).getroot().iter("context")
        for message in context.iter("message")
    }


def forms(entry):
    """Return what a text is translated to: one form, or one for each number that the language tells apart."""
    return [form.text or "" for form in entry.iter("numerusform")] or [entry.text or ""]


@pytest.fixture
def chinese(qapp):
    language = Language(qapp)
    assert language.use("zh_CN")
    yield
    language.use("en")


@pytest.mark.parametrize("catalogue", [CATALOGUE, PLURALS], ids=lambda path: path.stem)
def test_every_text_of_the_program_is_in_the_catalogue(tmp_path, catalogue):
    fresh = tmp_path / catalogue.name
    shutil.copy(catalogue, fresh)
    TOOL["update"](fresh)
    assert messages(fresh).keys() == messages(catalogue).keys(), "run `make translate`, then translate what is new"


@pytest.mark.parametrize(("catalogue", "plurals"), [(CATALOGUE, 1), (PLURALS, 2)], ids=["zh_CN", "en"])
def test_every_text_is_translated(catalogue, plurals):
    for key, entry in messages(catalogue).items():
        assert not entry.get("type"), key
        assert all(forms(entry)), key
        assert len(forms(entry)) in {1, plurals}, key


def test_the_english_catalogue_changes_no_text_for_many():
    for (_, source), entry in messages(PLURALS).items():
        one, many = forms(entry)
        assert many == source
        assert one != source


def test_what_is_filled_in_stays():
    pattern = r"\{[^{}]*\}|%n|%\d|\n|\t.*|\*\.\w+"
    for (_, source), entry in [*messages(CATALOGUE).items(), *messages(PLURALS).items()]:
        for form in forms(entry):
            assert Counter(re.findall(pattern, source)) == Counter(re.findall(pattern, form)), source


def test_mnemonics_stand_in_brackets_as_chinese_has_them():
    for (_, source), entry in messages(CATALOGUE).items():
        letters = re.findall("&(.)", source.upper())
        (text,) = forms(entry)
        assert re.findall(r"\(&(.)\)：?$", text.upper()) == letters, source
        assert text.count("&") == len(letters), source
    assert MNEMONIC.sub("", "文件(&F)") == "文件"
    assert MNEMONIC.sub("", "&File") == "File"


def test_punctuation_is_full_width_beside_chinese():
    for entry in messages(CATALOGUE).values():
        (text,) = forms(entry)
        assert not re.search("[一-鿿][,;:!?](?!;)|(?<!;)[,;!?][一-鿿]", text), text


@pytest.mark.parametrize("catalogue", [CATALOGUE, PLURALS], ids=lambda path: path.stem)
def test_the_compiled_catalogue_says_the_same(catalogue):
    compiled = QTranslator()
    assert compiled.load(str(catalogue.with_suffix(".qm")))
    for (context, source), entry in messages(catalogue).items():
        counts = (1, 2) if list(entry.iter("numerusform")) else (-1,)
        for count, form in zip(counts, forms(entry), strict=False):
            assert compiled.translate(context, source, "", count) == form, "run `make translate`"


def test_lupdate_passes_over_nothing():
    """It skips variables and what stands in f-strings; two places translate what is collected elsewhere."""
    collected = {source for _, source in messages(CATALOGUE)}
    known = {"errors.py": 1, "actions.py": 1}
    found = Counter()
    for path in TOOL["ROOT"].glob("gui/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args):
                text = {"tr": 0, "translate": 1}.get(node.func.attr, len(node.args))
                if text >= len(node.args):
                    continue
                if isinstance(node.args[text], ast.Constant):
                    assert node.args[text].value in collected
                else:
                    found[path.name] += 1
    assert found == known


def test_the_texts_of_the_core_are_collected():
    texts = TOOL["core_texts"]()
    for example in (
        "There are no good images to learn from.",  # message of a Problem
        "Choose one of {names}.",  # its hint
        "Choosing patches to remember",  # phrase() in a constant
        "Smoothing",  # label of a knob
        "Setting limits",  # stage of a ticket
        "Use for tuning",  # one of two
        "Check the drive ({reason}), then try again.",  # the other one of an `or`
    ):
        assert example in texts


def test_a_text_put_together_is_refused():
    for code in ('f"Drawing {name}"', '"Drawing " + name'):
        with pytest.raises(ValueError, match="template"):
            list(TOOL["literals"](ast.parse(code, mode="eval").body, "here"))


@pytest.mark.usefixtures("chinese")
def test_a_problem_within_a_problem_is_said_in_chinese_too():
    inner = Problem("“{name}” is empty: it holds no bytes at all.", "Choose the file again.", name="a.png")
    shown = failure(
        Problem("{name} cannot be read any more: {reason}", "Train the model again.", name="b", reason=inner)
    )
    assert shown.message == "b 已无法读取：“a.png”是空文件，不含任何数据。请重新选择文件。"
    assert shown.hint == "请重新训练模型。"


@pytest.mark.usefixtures("chinese")
def test_a_problem_kept_in_a_file_is_said_in_chinese_too():
    kept = Problem("“{name}” is empty: it holds no bytes at all.", "Choose the file again.", name="{a}.png").to_text()
    assert str(Problem.from_text(kept)) == "“{a}.png” is empty: it holds no bytes at all. Choose the file again."
    assert told(kept) == "“{a}.png”是空文件，不含任何数据。请重新选择文件。"
    assert told("") == ""


@pytest.mark.parametrize(
    "text", ["“a.png” is empty.", "{", "[1, 2, 3]", '["{a:>999999999}", "", {"a": "b"}]', '["{a}", "", {}]', '["a"]']
)
def test_what_is_no_kept_problem_is_said_as_it_is(text, qapp):
    assert told(text) == text


def test_what_qt_itself_says_is_chinese(qapp):
    language = Language(qapp)
    assert language.use("zh_CN")
    try:
        for context, text in (
            ("QFileDialog", "&Look in:"),
            ("QFileDialog", "Files of &type:"),
            ("QFileDialog", "File &name:"),
            ("QAbstractFileIconProvider", "Folder"),
        ):
            assert QCoreApplication.translate(context, text) != text
    finally:
        language.use("en")


@pytest.mark.usefixtures("chinese")
def test_the_device_is_said_in_chinese():
    assert device_words("CPU · 2 threads · ONNX Runtime") == "CPU · 2 线程 · ONNX Runtime"


def test_english_counts_one_and_many(qapp):
    language = Language(qapp)
    assert language.use("en")
    for count, said in ((0, "0 defects"), (1, "1 defect"), (2, "2 defects")):
        assert QCoreApplication.translate("TunePage", "{0} defects", None, count).format(count) == said
    for translator in language._installed:
        qapp.removeTranslator(translator)
    assert device_words("CPU · 1 thread") == "CPU · 1 thread"
    assert device_words("CPU · 16 threads") == "CPU · 16 threads"
    assert translated("Choose one of {names}.", names="a, b") == "Choose one of a, b."
