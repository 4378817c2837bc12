import base64
import itertools
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from core.errors import Problem
from core.images.framing import Framing
from core.report.content import (
    PICTURES_PER_SECTION,
    WORST,
    Judged,
    ReportCertificate,
    ReportContent,
    ReportPicture,
    picture_indices,
)
from core.report.html import _breaking, render_report, write_report
from core.report.plots import Line, Text, histogram, precision_recall_plot
from core.report.words import speaker
from core.scoring.metrics import precision_recall
from core.scoring.pixels import PixelCounts
from core.scoring.thresholds import Calibration, Evidence, Threshold, best_f1, good_quantile

FRAMING = Framing((64, 64))
JUDGED = ("names", "scores", "truth", "areas", "pixels", "pictures")
VOID = {"meta", "img", "br", "wbr", "link", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page as a browser does: text, tags, addresses; and that every tag is closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.addresses, self.words = [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [
            value for name, value in attributes if name in ("src", "href", "action", "data", "xlink:href")
        ]
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\xa0", " ")


def made(count=60, defects=True, **more):
    rng = np.random.default_rng(5)
    truth = (np.arange(count) % 3 == 0) if defects else np.zeros(count, bool)
    scores = rng.normal(4.0, 1.0, count) + 1.5 * truth
    counts = PixelCounts()
    pictures = {}
    for index in range(count):
        heat = rng.random((64, 64)).astype(np.float32)
        mask = np.zeros((64, 64), bool)
        if truth[index]:
            mask[20:30, 30:44] = True
            heat[mask] += 4.0
        counts.add(heat, mask if truth[index] else None)
        photo = rng.integers(0, 255, (90, 120, 3), dtype=np.uint8)
        pictures[index] = ReportPicture(photo, heat, FRAMING.place((90, 120)))
    image = best_f1(scores, truth) if defects else good_quantile(scores)
    calibration = Calibration(image, Threshold(2.0), counts.low, counts.high)
    values = {
        "title": "Flange",
        "created": "today",
        "names": [f"IMG_{index}.png" for index in range(count)],
        "scores": scores,
        "truth": truth,
        "calibration": calibration,
        "pixels": counts,
        "pictures": pictures,
    } | more
    judged = Judged(**{name: values.pop(name) for name in JUDGED if name in values})
    return ReportContent(judged=judged, **values)


def test_the_page_needs_nothing_from_outside(tmp_path):
    write_report(tmp_path / "report.html", made())
    page = Reader((tmp_path / "report.html").read_text("utf-8"))
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert page.addresses
    assert all(address.startswith("data:image/jpeg;base64,") for address in page.addresses)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_it_says_what_was_counted():
    content = made()
    limit = content.calibration.image.value
    rejected = content.judged.scores >= limit
    escapes, rejects = int((~rejected & content.judged.truth).sum()), int((rejected & ~content.judged.truth).sum())
    assert escapes > 0
    assert rejects > 0
    text = Reader(render_report(content)).text
    assert f"{escapes} of 20 defects escape. {rejects} of 40 good parts are rejected." in text
    assert str(content.calibration.image.evidence) in text
    assert f"Escapes {escapes} " in text
    for figure in ("Image AUROC", "AU-PRO", "Pixel AUROC", "95 % interval"):
        assert figure in text


def test_a_review_limit_takes_pictures_out_of_both_sides():
    plain = made()
    limits = replace(plain.calibration, review=Threshold(plain.calibration.image.value - 0.2))
    content = made(calibration=limits)
    scores, truth = content.judged.scores, content.judged.truth
    between = (scores >= limits.review.value) & (scores < limits.image.value)
    escapes = int((truth & (scores < limits.review.value)).sum())
    text = Reader(render_report(content)).text
    assert f"{escapes} of 20 defects escape." in text
    assert f"defect {escapes} escapes {int((between & truth).sum())} " in text
    assert f"To review {100 * between.mean():.1f} %" in text
    assert "to review" not in Reader(render_report(plain)).text


def test_file_names_cannot_write_html(tmp_path):
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    content = made()
    shown = picture_indices(content.judged.scores, content.judged.truth, content.calibration)[0]
    names = list(content.judged.names)
    names[shown] = nasty + "检测/Prüfung é " + "long" * 100
    page = Reader(render_report(made(names=names, title=nasty, settings=[(nasty, nasty)])))
    assert "script" not in page.tags
    assert all(address.startswith("data:") for address in page.addresses)
    assert names[shown] in "".join(page.words)
    names[shown] = "no-text-\udcff.png"
    write_report(tmp_path / "report.html", made(names=names))
    assert r"no-text-\udcff.png" in (tmp_path / "report.html").read_text("utf-8")


def test_pictures_are_bounded_and_show_the_heat():
    content = made(300)
    wanted = picture_indices(content.judged.scores, content.judged.truth, content.calibration)
    assert len(wanted) == len(set(wanted)) <= 2 * PICTURES_PER_SECTION + WORST
    page = Reader(render_report(content))
    assert page.tags.count("img") <= 2 * PICTURES_PER_SECTION + WORST
    images = [
        cv2.imdecode(np.frombuffer(base64.b64decode(a.split(",")[1]), np.uint8), cv2.IMREAD_COLOR)
        for a in page.addresses
    ]
    assert all(image.shape == (90, 120, 3) for image in images)

    only = min(i for i in wanted if content.judged.truth[i])
    grey = np.full((90, 120, 3), 128, np.uint8)
    lit = made(300, pictures={only: ReportPicture(grey, content.judged.pictures[only].heat, FRAMING.place((90, 120)))})
    page = Reader(render_report(lit))
    image = cv2.imdecode(np.frombuffer(base64.b64decode(page.addresses[0].split(",")[1]), np.uint8), cv2.IMREAD_COLOR)
    coloured = np.ptp(image.astype(int), axis=2) > 40
    # Inside of the outline; the mask lies in columns 30 to 44 of 64, rows 20 to 30 of 64.
    assert coloured[32:38, 62:78].mean() > 0.9
    assert not coloured[60:].any()
    assert "no picture" in page.text


def test_escapes_come_lowest_first_and_false_rejects_highest_first():
    scores = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    truth = [True, True, False, False, True, False]
    assert picture_indices(scores, truth, Calibration(Threshold(2.5), Threshold(1.0), 0.0, 9.0)) == (0, 1, 5, 3, 2, 4)


def test_good_parts_only():
    page = Reader(render_report(made(defects=False)))
    assert "nothing can be said about escapes" in page.text
    assert "provisional" in page.text
    assert "AUROC" not in page.text
    assert page.tags.count("svg") == 1


def test_the_certificate_and_the_rows():
    rows = [("Largest difference", "1.2e-6")]
    text = Reader(render_report(made(certificate=ReportCertificate(False, rows), versions=[("torch", "2.15.0")]))).text
    assert "failed" in text
    assert "Largest difference 1.2e-6" in text
    assert "torch 2.15.0" in text
    assert "Exported file" not in Reader(render_report(made())).text


def test_refuses_what_cannot_be_reported(tmp_path):
    with pytest.raises(Problem, match="nothing to report"):
        render_report(made(names=[], scores=np.array([]), truth=np.array([], bool)))
    with pytest.raises(ValueError, match="names"):
        render_report(made(names=["one.png"]))
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="could not be written"):
        write_report(tmp_path / "file" / "report.html", made(6))


def test_a_report_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(ValueError, match="names"):
        write_report(path, made(names=["one.png"]))
    assert path.read_text() == "old"
    write_report(path, made(6))
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_plots_draw_what_is_there():
    scores, truth = np.array([1.0, 1.0, 2.0, 9.0, 8.0]), np.array([False, False, False, True, True])
    drawing = ElementTree.fromstring(histogram(scores, truth, 5.0, None, speaker("en")).svg())
    bars = [bar for bar in drawing.iter("rect") if "bar" in bar.get("class", "")]
    assert [bar.get("class") for bar in bars] == ["bar good", "bar good", "bar defect", "bar defect"]
    assert float(bars[0].get("height")) == pytest.approx(2 * float(bars[1].get("height")), abs=0.2)
    limit = next(line for line in drawing.iter("polyline")).get("points").split(",")[0]
    axes = next(box for box in drawing.iter("rect") if box.get("class") == "axes")
    middle = float(axes.get("x")) + float(axes.get("width")) / 2
    assert float(limit) == pytest.approx(middle, abs=0.1)

    drawing = ElementTree.fromstring(
        precision_recall_plot(precision_recall(scores, truth), 8.5, "Title", speaker("en")).svg()
    )
    assert "precision 100.0\u00a0% · recall 50.0\u00a0%" in [text.text for text in drawing.iter("text")]
    assert float(next(drawing.iter("circle")).get("cx")) == pytest.approx(middle, abs=0.1)


@pytest.mark.parametrize("seed", range(8))
def test_the_words_at_the_point_do_not_hide_the_curve(seed):
    random = np.random.default_rng(seed)
    truth = random.random(300) < 0.3
    curve = precision_recall(random.normal(size=300) + seed / 3 * truth, truth)
    for limit in np.linspace(-1, 2, 7):
        drawing = precision_recall_plot(curve, limit, "Title", speaker("en"))
        (words,) = (shape for shape in drawing.shapes if isinstance(shape, Text) and shape.strong)
        (line,) = (shape for shape in drawing.shapes if isinstance(shape, Line))
        width = 5.5 * len(words.text)
        left = words.x - (width if words.anchor == "end" else 0)
        assert 40 < left < 460 - width
        for (x0, y0), (x1, y1) in itertools.pairwise(line.points):
            x, y = np.linspace(x0, x1, 200), np.linspace(y0, y1, 200)
            assert not np.any((x > left) & (x < left + width) & (y > words.y - 8) & (y < words.y + 2))


def test_a_long_name_breaks_at_its_parts_and_keeps_its_end():
    shown = str(_breaking("camera_1-<b>_20240101_124592.jpg"))
    assert shown == 'camera_<wbr>1-<wbr>&lt;b&gt;_<wbr>2024010<wbr><span class="end">1_124592.jpg</span>'
    assert str(_breaking("a.jpg")) == '<wbr><span class="end">a.jpg</span>'


def test_all_scores_the_same():
    calibration = Calibration(Threshold(1.0, "manual", Evidence()), Threshold(1.0), 1.0, 1.0)
    content = made(4, scores=np.ones(4), calibration=calibration, pixels=None, pictures={})
    assert "set by hand" in Reader(render_report(content)).text


def test_held_out_images_are_told_apart():
    content = made()
    alone = Reader(render_report(content)).text
    assert "held-out images" not in alone
    other = made(30).judged
    limits = replace(content.calibration, image=Threshold(float(np.median(other.scores))))
    content = replace(content, calibration=limits, held_out=other)
    rejected = other.scores >= limits.image.value
    escapes, rejects = int((~rejected & other.truth).sum()), int((rejected & ~other.truth).sum())
    assert min(escapes, rejects) > 0
    first, told = Reader(render_report(content)).text.split("Outcome on held-out images")
    assert "On 60 labelled images, none used in training" in first
    assert f"{escapes} of 10 defects escape. {rejects} of 20 good parts are rejected." in told
    assert "On 30 held-out images, unseen by training and limits" in told
    assert f"Escapes among the held-out images {escapes} " in told
    assert f"False rejects among the held-out images {rejects} " in told
    later = Threshold(limits.image.value, "best-f1", Evidence(good=41, defect=20))  # one good image more than is left
    text = Reader(render_report(replace(content, calibration=replace(limits, image=later)))).text
    assert "On 30 held-out images, unseen by training; the limits stand on more images" in text
    perfect = replace(other, truth=rejected)
    assert "among the held-out images" not in Reader(render_report(replace(content, held_out=perfect))).text
