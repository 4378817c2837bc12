"""Run the exported model on photos: ``python example.py PHOTO...``. Needs onnxruntime, numpy and Pillow.

Prints verdict, score and largest region of each photo, and writes the photo with its regions in red into the current
folder. Resizing, normalisation, the area to look at and both limits are inside the graph; what is left to know stands
in the metadata of ``model.onnx``.
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image, ImageOps

MODEL = Path(__file__).resolve().parent / "model.onnx"
Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    failed = 0
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    facts = session.get_modelmeta().custom_metadata_map
    for path in paths:
        try:
            photo = read(path, facts)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow's, of broken files
            print(f"{path}: {error}", file=sys.stderr)
            failed += 1
            continue
        height, width = photo.shape[:2]
        image = np.ascontiguousarray(photo.transpose(2, 0, 1)[None], dtype=np.float32) / np.float32(255)
        unit, over, _, mask, score, _ = (output[0] for output in session.run(None, {"input": image}))
        mask = mask[0][covered(photo, mask[0], facts["frame_fit"])]
        region = largest_region(mask)
        down, across = height / mask.shape[0], width / mask.shape[1]  # photo pixels a mask pixel
        area = len(region) * down * across
        x, y = (min(place[axis] for place in region) if region else 0 for axis in (1, 0))
        print(
            f"{path}: {verdict(over, score, area, facts)}, score {score:.7g} (normalised {unit:.5f}), "
            f"largest region {area:.1f} pixels at {int(x * across)}, {int(y * down)}"
        )
        rows, columns = (np.arange(side) * part // side for side, part in zip((height, width), mask.shape, strict=True))
        red = mask[np.ix_(rows, columns)]
        photo[red] = photo[red] // 2 + np.array([127, 0, 0], np.uint8)
        Image.fromarray(photo).save(f"{Path(path).name}.overlay.png")
    written = len(paths) - failed
    print(f"Wrote {written} of {len(paths)} overlays, NAME.overlay.png, into {Path.cwd()}", file=sys.stderr)
    return 1 if failed else 0


def read(path: str, facts: dict[str, str]) -> Bytes:
    """Return (H, W, 3) RGB, upright; deep values by the range that the model was trained with, alpha over black."""
    with Image.open(path) as opened:
        stored = str(opened.tile)
        photo = ImageOps.exif_transpose(opened)
    if photo.mode.startswith("I;16") or photo.mode == "F":
        low = float(facts.get("value_low", 0))
        high = float(facts.get("value_high", 1 if photo.mode == "F" else 65535))
        scaled = np.nan_to_num((np.asarray(photo, np.float32) - low) * (255 / (high - low)))
        return np.repeat(np.rint(scaled.clip(0, 255)).astype(np.uint8)[..., None], 3, axis=2)
    if ";16" in stored or photo.mode == "I":
        raise ValueError("Pillow keeps 8 bits of such colours. Read the photo with OpenCV, as example.cpp does.")
    if photo.has_transparency_data:
        colours = np.asarray(photo.convert("RGBA"), np.uint16)
        alpha = colours[..., 3:] if colours[..., 3].any() else 255
        return ((colours[..., :3] * alpha + 127) // 255).astype(np.uint8)
    return np.array(photo.convert("RGB"))


def covered(photo: Bytes, mask: Mask, fit: str) -> tuple[slice, slice]:
    """Return the part of the mask that shows the photo: all of it, or without the border that keeps proportions."""
    if fit == "stretch":
        return slice(None), slice(None)
    scale = min(mask.shape[0] / photo.shape[0], mask.shape[1] / photo.shape[1])
    sides = [min(most, max(1, int(side * scale + 0.5))) for most, side in zip(mask.shape, photo.shape, strict=False)]
    top, left = ((most - side) // 2 for most, side in zip(mask.shape, sides, strict=True))
    return slice(top, top + sides[0]), slice(left, left + sides[1])


def largest_region(mask: Mask) -> set[tuple[int, int]]:
    """Return the (row, column) of the pixels of the largest region; pixels that touch at corners belong together."""
    waiting: set[tuple[int, int]] = set(zip(*(places.tolist() for places in np.nonzero(mask)), strict=True))
    largest: set[tuple[int, int]] = set()
    while waiting:
        found = [waiting.pop()]
        for row, column in found:  # grows while it is walked
            around = {(row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1)} & waiting
            waiting -= around
            found.extend(around)
        largest = max(largest, set(found), key=len)
    return largest


def verdict(over: bool, score: float, area: float, facts: dict[str, str]) -> str:
    """Judge by the score, by the regions of at least the least area, or by both, as the model says."""
    large = area > 0 and area >= float(facts.get("min_area", 0))
    rejected = {"score": over, "region": large, "both": over and large}[facts.get("verdict_by", "score")]
    return "NG" if rejected else "REVIEW" if score >= float(facts.get("review_threshold", "inf")) else "OK"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
