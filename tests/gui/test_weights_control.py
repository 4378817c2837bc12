"""The weights on the Train page: where they are, from a file, by a download agreed to, from a server of the test."""

import dataclasses
import http.server
import threading
import urllib.request
from types import MappingProxyType

import pytest
from PySide6.QtWidgets import QFileDialog

from core.backbones import catalog
from core.backbones.places import cache_folder
from gui.panels import weights
from gui.panels.training import TrainPage
from tests.weight_files import CONTENT, DIGEST
from tests.windows import open_session


@pytest.fixture
def server():
    """Serves the made-up weights, and writes down what is asked for."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *args):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.asked = asked
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def resnet(monkeypatch, server):
    """ResNet-18 of the catalogue, with made-up weights on the server."""
    monkeypatch.setattr(urllib.request, "_opener", urllib.request.build_opener(urllib.request.ProxyHandler({})))
    url = f"http://127.0.0.1:{server.server_port}/net.pth"
    source = catalog.WeightSource("url", url, DIGEST, 46_830_571)
    changed = {**catalog.CATALOG, "resnet18": dataclasses.replace(catalog.CATALOG["resnet18"], sources=(source,))}
    for module in (catalog, weights):
        monkeypatch.setattr(module, "CATALOG", MappingProxyType(changed))


@pytest.fixture
def session(qapp, tmp_path):
    session = open_session(tmp_path, train=4)
    session.told = []
    session.problem.connect(session.told.append)
    yield session
    assert session.close(10_000)
    assert session.told == []


def show(qtbot, session):
    page = TrainPage(session)
    qtbot.addWidget(page)
    page.resize(1290, 660)
    page.show()
    return page


def choose(page, name):
    field = page.forms[0].fields["backbone"]
    field.setCurrentIndex(field.findData(name))


def ended(qtbot, session):
    qtbot.waitUntil(lambda: session.job("weights") is not None and not session.job("weights").active)


def test_what_comes_with_the_program_needs_nothing(qtbot, session):
    page = show(qtbot, session)
    assert page.weights.state.text() == "EfficientNet-Lite0: installed with the program"
    assert page.weights.choose_button.isHidden()
    assert page.weights.download_button.isHidden()
    assert page.start_button.isEnabled()


@pytest.mark.usefixtures("resnet")
def test_nothing_is_fetched_before_the_button_that_names_size_and_host(qtbot, session, server):
    page = show(qtbot, session)
    choose(page, "resnet18")
    assert "not on this computer" in page.weights.state.text()
    assert page.weights.download_button.text() == "Download 47 MB from 127.0.0.1"
    assert not page.start_button.isEnabled()
    assert "weights" in page.warning.text()
    assert server.asked == []
    page.weights.download_button.click()
    ended(qtbot, session)
    assert server.asked == ["/net.pth"]
    assert (cache_folder() / "net.pth").read_bytes() == CONTENT
    assert page.weights.state.text() == "ResNet-18: at hand"
    assert page.weights.download_button.isHidden()
    assert page.weights.error.isHidden()
    assert page.start_button.isEnabled()
    assert page.recipe.allow_download is False


@pytest.mark.usefixtures("resnet")
def test_why_a_download_failed_is_said_beside_it(qtbot, session, server):
    page = show(qtbot, session)
    choose(page, "resnet18")
    cache_folder().parent.mkdir(parents=True, exist_ok=True)
    cache_folder().write_bytes(b"a file in the place of the folder")
    page.weights.download_button.click()
    ended(qtbot, session)
    assert page.weights.error.isVisible()
    assert "net.pth could not be written" in page.weights.error.text()
    assert not page.start_button.isEnabled()
    choose(page, "efficientnet_lite0")  # the sentence is not about this one
    assert page.weights.error.isHidden()
    assert page.start_button.isEnabled()


@pytest.mark.usefixtures("resnet")
def test_a_file_is_checked_and_kept(qtbot, session, server, tmp_path, monkeypatch):
    page = show(qtbot, session)
    choose(page, "resnet18")
    wrong, right = tmp_path / "wrong.pth", tmp_path / "right.pth"
    wrong.write_bytes(b"something else")
    right.write_bytes(CONTENT)
    for path in (wrong, right):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, path=path: (str(path), ""))
        page.weights.choose_button.click()
        ended(qtbot, session)
        good = path is right
        assert page.weights.error.isVisible() is not good
        assert page.weights.ready is good
        assert page.start_button.isEnabled() is good
    assert server.asked == []
    right.unlink()
    assert page.weights.ready  # the copy stays


def test_no_title_of_a_backbone_is_cut(qtbot, session):
    page = show(qtbot, session)
    page.more.click()
    field = page.forms[0].fields["backbone"]
    qtbot.waitUntil(field.isVisible)
    assert field.width() >= field.sizeHint().width()
    assert page.window().minimumSizeHint().width() <= 1024 - 72


def test_a_published_teacher_is_offered_with_size_host_hash_and_licence(qtbot, session):
    page = show(qtbot, session)
    page.choose_kind("efficientad")
    assert page.weights.download_button.isHidden()  # the one that ships
    choose(page, "pdn_small_own")
    assert page.weights.download_button.text() == "Download 40 MB from github.com"
    tip = page.weights.download_button.toolTip()
    assert "c09aeaa2b33f244b3261a5efdaeae8f8284a949470a4c5a526c61275fe62684a" in tip
    assert "ImageNet" in tip
    assert not page.weights.choose_button.isHidden()
    assert not page.start_button.isEnabled()
