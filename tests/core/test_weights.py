"""Every way to weights, and every way it can fail. The network is a server on this computer with made-up weights."""

import dataclasses
import hashlib
import http.server
import io
import socket
import threading
import urllib.request
import zipfile
from types import MappingProxyType

import pytest
import torch

from core.backbones.catalog import CATALOG, TEACHERS, BackboneSpec, Level, WeightSource
from core.backbones.places import cache_folder, download_of, own_of, present
from core.backbones.weights import keep_weights, load_weights
from core.errors import Problem
from core.progress import Cancelled, Progress, Ticket, silent
from tests.weight_files import CONTENT, DIGEST


class Server:
    """Serves `body` under any path, and counts what was asked."""

    def __init__(self) -> None:
        self.body, self.status, self.announced, self.asked = CONTENT, 200, None, 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Content-Length", str(outer.announced or len(outer.body)))
                self.end_headers()
                try:
                    self.wfile.write(outer.body)
                except OSError:
                    self.close_connection = True  # the client has stopped reading

            def log_message(self, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/net-{DIGEST[:8]}.pth"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setattr(urllib.request, "_opener", urllib.request.build_opener(urllib.request.ProxyHandler({})))


def spec_for(url: str, sha256: str = DIGEST[:8]) -> BackboneSpec:
    return BackboneSpec(
        name="net",
        title="Net",
        levels=MappingProxyType({"s4": Level(1, 4)}),
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        sources=(WeightSource("url", url, sha256, len(CONTENT)),),
        licence="none",
    )


def test_download_is_checked_kept_and_then_never_fetched_again(server, tmp_path):
    folder = tmp_path / "Gewichte é 权重" / "weights"
    seen: list[Progress] = []
    loaded = load_weights(spec_for(server.url), Ticket(seen.append), allow_download=True, folder=folder)
    assert torch.equal(loaded.state_dict["layer.weight"], torch.arange(600_000.0))
    assert loaded.sha256 == DIGEST
    assert loaded.origin == f"url:{server.url}"
    assert [path.name for path in folder.iterdir()] == [f"net-{DIGEST[:8]}.pth"]
    assert seen[-1].done == seen[-1].total == len(CONTENT)
    # From the cache no consent is needed, nor the network.
    assert load_weights(spec_for(server.url), silent(), folder=folder).sha256 == DIGEST
    assert server.asked == 1


def test_without_consent_nothing_is_fetched_and_the_hint_says_how(server, tmp_path):
    with pytest.raises(Problem, match="not on this computer") as caught:
        load_weights(spec_for(server.url), silent(), folder=tmp_path)
    text = str(caught.value)
    assert server.asked == 0
    assert server.url in text
    assert f"net-{DIGEST[:8]}.pth" in text
    assert str(tmp_path) in text
    assert DIGEST[:8] in text
    assert list(tmp_path.iterdir()) == []


def failing(spec, folder, match, ticket=None):
    with pytest.raises(Problem, match=match) as caught:
        load_weights(spec, ticket or silent(), allow_download=True, folder=folder)
    assert list(folder.iterdir()) == []
    assert spec.sources[0].place in str(caught.value)
    assert str(folder) in str(caught.value)


def test_changed_content_leaves_nothing(server, tmp_path):
    server.body = CONTENT[:-1] + b"!"
    failing(spec_for(server.url), tmp_path, "wrong checksum")


def test_truncated_leaves_nothing(server, tmp_path):
    server.announced, server.body = len(CONTENT), CONTENT[: len(CONTENT) // 2]
    failing(spec_for(server.url), tmp_path, "incomplete|could not be fetched")


def test_error_page_leaves_nothing(server, tmp_path):
    server.status = 404
    failing(spec_for(server.url), tmp_path, "could not be fetched")


def test_server_gone(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    failing(spec_for(f"http://127.0.0.1:{port}/net.pth"), tmp_path, "could not be fetched")


def test_cancel_leaves_nothing(server, tmp_path):
    def stop(progress: Progress) -> None:
        if progress.done > 0:
            ticket.cancel()

    ticket = Ticket(stop)
    with pytest.raises(Cancelled):
        load_weights(spec_for(server.url), ticket, allow_download=True, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_made(server, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Problem, match="could not be written"):
        load_weights(spec_for(server.url), silent(), allow_download=True, folder=tmp_path / "file")


def test_file_by_hand(tmp_path):
    path = tmp_path / "mine é.pth"
    path.write_bytes(CONTENT)
    loaded = load_weights(spec_for("http://127.0.0.1:9/x"), silent(), file=path, folder=tmp_path / "unused")
    assert loaded.origin == "file:mine é.pth"
    assert not (tmp_path / "unused").exists()


def test_file_in_the_folder_by_hand_is_checked(tmp_path):
    (tmp_path / "net.pth").write_bytes(CONTENT + b"x")
    with pytest.raises(Problem, match="published weights"):
        load_weights(spec_for("http://127.0.0.1:9/net.pth"), silent(), folder=tmp_path)


def test_missing_file_is_a_problem_not_a_download(server, tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        load_weights(spec_for(server.url), silent(), file=tmp_path / "absent", allow_download=True, folder=tmp_path)
    assert server.asked == 0


@pytest.mark.parametrize("content", [b"", b"no weights", CONTENT[:1000]])
def test_right_checksum_but_no_weights(tmp_path, content):
    path = tmp_path / "odd.pth"
    path.write_bytes(content)
    with pytest.raises(Problem, match="cannot be understood"):
        load_weights(spec_for("http://127.0.0.1:9/x", hashlib.sha256(content).hexdigest()), silent(), file=path)


class Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('code from a weights file was run')",))


def test_weights_file_never_runs_code(tmp_path):
    path = tmp_path / "trap.pth"
    torch.save({"layer.weight": Trap()}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Problem, match="cannot be understood"):
        load_weights(spec_for("http://127.0.0.1:9/x", digest), silent(), file=path)


def test_cancel_while_checking_a_file(tmp_path):
    path = tmp_path / "net.pth"
    path.write_bytes(CONTENT)
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        load_weights(spec_for("http://127.0.0.1:9/x"), ticket, file=path)


def test_the_shipped_package_is_what_the_catalogue_says(tmp_path):
    spec = CATALOG["efficientnet_lite0"]
    loaded = load_weights(spec, silent(), folder=tmp_path)
    assert loaded.sha256 == spec.sources[0].sha256
    assert loaded.origin.startswith("package:")


def test_missing_package_is_a_problem_that_names_it(tmp_path):
    spec = CATALOG["efficientnet_lite0"]
    absent = dataclasses.replace(spec.sources[0], place="package_not_there/weights.pth")
    with pytest.raises(Problem, match="package-not-there"):
        load_weights(dataclasses.replace(spec, sources=(absent,)), silent(), folder=tmp_path)


def test_cache_folder_is_the_programs_own():
    assert cache_folder().parts[-2:] == ("flawsight", "weights")


@pytest.fixture
def archived(server):
    """The small teacher of the catalogue, with an archive of made-up weights on the server."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("efficientad_pretrained_weights/pretrained_teacher_small.pth", CONTENT)
        archive.writestr("efficientad_pretrained_weights/pretrained_teacher_medium.pth", b"another")
    server.body = content.getvalue()
    spec = TEACHERS["pdn_small_own"]
    digest = hashlib.sha256(server.body).hexdigest()
    published = dataclasses.replace(download_of(spec), place=server.url, sha256=digest)
    return dataclasses.replace(spec, sources=(own_of(spec), published))


def test_a_published_teacher_is_fetched_with_consent_and_taken_out_of_its_archive(server, archived, tmp_path):
    with pytest.raises(Problem, match="allow the download") as caught:
        load_weights(archived, silent(), folder=tmp_path)
    assert server.url in str(caught.value)
    assert server.asked == 0
    loaded = load_weights(archived, silent(), allow_download=True, folder=tmp_path)
    assert loaded.sha256 == DIGEST
    assert loaded.origin == f"url:{server.url}"
    assert [path.name for path in tmp_path.iterdir()] == ["pdn_small.weights"]
    again = load_weights(archived, silent(), folder=tmp_path)
    assert (again.sha256, again.origin) == (DIGEST, "own:pdn_small.weights")
    assert server.asked == 1


def test_a_changed_archive_leaves_nothing(server, archived, tmp_path):
    server.body = server.body[:-1] + b"!"
    with pytest.raises(Problem, match="wrong checksum") as caught:
        load_weights(archived, silent(), allow_download=True, folder=tmp_path)
    assert "pretrained_teacher_small.pth → pdn_small.weights" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_both_published_teachers_come_from_one_archive():
    sources = [download_of(TEACHERS[name]) for name in ("pdn_small_own", "pdn_medium")]
    assert len({(source.place, source.sha256, source.size_bytes) for source in sources}) == 1
    assert len({source.member for source in sources}) == 2
    assert all(len(source.sha256) == 64 for source in sources)
    assert download_of(TEACHERS["pdn_small"]) is None


def test_a_file_somebody_fetched_is_kept_for_every_later_use(tmp_path):
    spec, folder = spec_for("http://127.0.0.1:9/net.pth", DIGEST), tmp_path / "kept"
    file = tmp_path / "from a stick.pth"
    file.write_bytes(CONTENT)
    assert present(spec, folder) is None
    kept = keep_weights(spec, file, silent(), folder=folder)
    assert kept.read_bytes() == CONTENT
    assert present(spec, folder) == (download_of(spec), kept)
    file.unlink()
    assert load_weights(spec, silent(), folder=folder).sha256 == DIGEST


def test_another_file_is_not_kept(tmp_path):
    spec, folder = spec_for("http://127.0.0.1:9/net.pth", DIGEST), tmp_path / "kept"
    file = tmp_path / "other.pth"
    file.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(Problem, match="not Net's published weights"):
        keep_weights(spec, file, silent(), folder=folder)
    assert not folder.exists()
    with pytest.raises(Problem, match="come with the program"):
        keep_weights(CATALOG["efficientnet_lite0"], file, silent(), folder=folder)


def test_what_comes_in_a_package_is_present_without_a_download():
    source, path = present(CATALOG["efficientnet_lite0"])
    assert source.kind == "package"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256
    assert download_of(CATALOG["efficientnet_lite0"]) is None
