"""PatchCore's search: what an approximate index would gain over the exact one, and what it costs in scores and AUROC.

    python benchmarks/approximate.py [--set NAME] [--preset NAME]

On a real set (found through FLAWSIGHT_DATA, default ../shared/data), EfficientNet-Lite0 at 256 x 256, one thread. Each
index holds the same bank; 'nearest found' is the share of patches for which it finds the true nearest one. Times are
processor time an image of 1,024 patches, medians over the test images; building is done once a model is loaded.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.detectors.patchcore import PatchCore
from core.detectors.registry import build_detector
from core.detectors.settings import PRESETS
from core.devices import choose_device, set_threads
from core.images.ahead import Unreadable, load_ahead
from core.images.framing import Framing
from core.progress import silent
from core.scoring.metrics import auroc
from tests.fakes import Frames

DATA = Path(os.environ.get("FLAWSIGHT_DATA", "../shared/data"))
SIZE = (256, 256)


def frames(paths: list[Path]) -> torch.Tensor:
    found = []
    for item in load_ahead(paths, Framing(SIZE), None, silent()):
        if isinstance(item, Unreadable):
            raise item.problem
        found.append(item.frame)
    return torch.stack(found)


def indices(width: int, members: int) -> Iterator[tuple[str, Any, Callable[[Any], None]]]:
    """Yield (name, index, what to set before a search)."""
    yield "exact (IndexFlatL2)", faiss.IndexFlatL2(width), lambda index: None
    for breadth in (16, 64, 256):

        def widen(index: Any, breadth: int = breadth) -> None:
            index.hnsw.efSearch = breadth

        yield f"HNSW 32, efSearch {breadth}", faiss.IndexHNSWFlat(width, 32), widen
    cells = max(8, round(2 * members**0.5))
    for probes in (4, 16, 64):

        def probe(index: Any, probes: int = probes) -> None:
            index.nprobe = probes

        centres = faiss.IndexFlatL2(width)  # of which the index holds but a pointer: named, it outlives the yield
        yield f"IVF {cells}, nprobe {probes}", faiss.IndexIVFFlat(centres, width, cells), probe


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", default="magnetic_tile")
    parser.add_argument("--preset", default="accurate")
    options = parser.parse_args()
    folder = DATA / options.set
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; name the folder of the sets in FLAWSIGHT_DATA")
    set_threads(1)
    faiss.omp_set_num_threads(1)
    detector = build_detector(PRESETS["patchcore"][options.preset], SIZE, choose_device("cpu"), silent())
    assert isinstance(detector, PatchCore)
    detector.fit(Frames(frames(sorted((folder / "train" / "good").iterdir()))), 0, silent())
    vectors = detector.state().arrays["bank"]
    centre = vectors.mean(0)
    bank = vectors - centre
    tests = sorted(path for path in (folder / "test").rglob("*") if path.is_file())
    truth = np.array([path.parent.name != "good" for path in tests])
    patches = [(detector._describe(part, silent()).numpy() - centre) for part in torch.split(frames(tests), 2)]
    queries = np.concatenate(patches)
    print(f"{options.set}, bank of {len(bank):,} x {bank.shape[1]}, {len(queries)} test images")
    print("| index | built in, s | search, ms | times faster | nearest found | scores off by at most | image AUROC |")
    print("|---|---|---|---|---|---|---|")
    exact_ms, exact_ids, exact_scores = 0.0, np.empty(0), np.empty(0)
    for name, index, setting in indices(bank.shape[1], len(bank)):
        began = time.process_time()
        index.train(bank)
        index.add(bank)
        built = time.process_time() - began
        setting(index)
        took, ids, scores = [], [], []
        for query in queries:
            began = time.process_time()
            squares, nearest = index.search(query, 1)
            took.append((time.process_time() - began) * 1e3)
            ids.append(nearest[:, 0])
            scores.append(float(np.sqrt(np.maximum(squares, 0)).max()))
        ms, found, score = float(np.median(took)), np.concatenate(ids), np.array(scores)
        if not exact_ms:
            exact_ms, exact_ids, exact_scores = ms, found, score
        print(
            f"| {name} | {built:.2f} | {ms:.1f} | {exact_ms / ms:.1f} | {(found == exact_ids).mean():.3f} "
            f"| {np.abs(score / exact_scores - 1).max():.1e} | {auroc(score, truth):.4f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
