"""Two products drawn by the program itself, so that the whole tour works without a network or any data.

A turned steel flange and a piece of grained leather, each with good parts and five kinds of flaws with masks, in MVTec
AD's layout. Every picture has a random stream of its own, so that a picture does not depend on how many are drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.demo import flange, leather
from core.errors import Problem, phrase
from core.files import writing_folder
from core.images.reading import write_image
from core.progress import Ticket

# Raised when the same seed draws other pictures than before.
VERSION = 1
_PRODUCTS = {"flange": flange, "leather": leather}
_STAGES = {"flange": phrase("Drawing flanges"), "leather": phrase("Drawing leather")}
_RECORD = "demo.json"


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many pictures of each product: training, good for tuning, and of each kind of flaw."""

    train: int = 80
    good: int = 30
    each_flaw: int = 8


@dataclass(frozen=True, slots=True)
class _Picture:
    folder: str
    stem: str
    kind: str | None
    stream: tuple[int, ...]


def draw_demo(
    folder: Path,
    seed: int = 0,
    ticket: Ticket | None = None,
    amounts: Amounts | None = None,
    products: Sequence[str] = tuple(_PRODUCTS),
) -> tuple[Path, ...]:
    """Draw products into `folder`, each a data set of its own.

    The same seed gives the same bytes on one computer. A product is drawn beside its place and moved there when it is
    complete; one that was drawn before with the same seed and amounts is left as it is.

    Returns
    -------
    tuple of Path
        The data sets' folders, in the order of `products`: ``flange`` and ``leather``.

    Raises
    ------
    Problem
        A folder of that name holds something else, or nothing can be written there.
    Cancelled
        Nothing half drawn is left behind.
    """
    ticket = ticket or Ticket()
    amounts = amounts or Amounts()
    roots = []
    for name in products:
        stage = ticket.stage(_STAGES[name], 1 / len(products))
        root = folder / name
        record = {"product": name, "version": VERSION, "seed": seed, "amounts": asdict(amounts)}
        if not _drawn_before(root, record):
            _draw_product(root, record, _pictures(name, seed, amounts), stage)
        roots.append(root)
    return tuple(roots)


def _drawn_before(root: Path, record: dict[str, object]) -> bool:
    if not root.exists():
        return False
    try:
        same = json.loads((root / _RECORD).read_text("utf-8")) == record
    except (OSError, ValueError):
        same = False
    if not same:
        raise Problem(
            "The folder “{name}” is there already and holds something else.",
            "Choose an empty folder for the demo.",
            name=str(root),
        )
    return True


def _pictures(name: str, seed: int, amounts: Amounts) -> Iterator[_Picture]:
    product = list(_PRODUCTS).index(name)
    groups: list[tuple[str, str | None, int]] = [("train/good", None, amounts.train), ("test/good", None, amounts.good)]
    groups += [(f"test/{kind}", kind, amounts.each_flaw) for kind in _PRODUCTS[name].KINDS]
    for group, (folder, kind, count) in enumerate(groups):
        for index in range(count):
            yield _Picture(folder, f"{index:03}", kind, (seed, product, group, index))


def _draw_product(root: Path, record: dict[str, object], pictures: Iterator[_Picture], ticket: Ticket) -> None:
    draw = _PRODUCTS[root.name].draw
    listed = list(pictures)
    with writing_folder(root, durable=False) as part:
        for done, picture in enumerate(listed):
            ticket.report(done, len(listed))
            pixels, mask = draw(np.random.default_rng(picture.stream), picture.kind)
            write_image(part / picture.folder / f"{picture.stem}.jpg", pixels)
            if picture.kind is not None:
                write_image(part / "ground_truth" / picture.kind / f"{picture.stem}_mask.png", mask)
        (part / _RECORD).write_text(json.dumps(record, indent=1), "utf-8")
        ticket.report(len(listed), len(listed))
