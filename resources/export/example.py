"""Run the exported model on photos: ``python example.py PHOTO...``. Needs onnxruntime, numpy and Pillow."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

HERE = Path(__file__).resolve().parent


def main(paths: list[str]) -> None:
    metadata = json.loads((HERE / "metadata.json").read_text(encoding="utf-8"))
    if metadata["flawsight"]["calibration"]["decides"] != "score":
        sys.stdout.write("This model also judges by regions of pred_mask; the verdicts here are by the score alone.\n")
    review = metadata["flawsight"]["calibration"]["review"]  # None: no one has to look
    session = onnxruntime.InferenceSession(HERE / "model.onnx", providers=["CPUExecutionProvider"])
    for path in paths:
        with Image.open(path) as photo:
            pixels = np.asarray(photo.convert("RGB"), dtype=np.float32) / 255
        image = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
        score, label, heat, mask, raw_score, _ = session.run(None, {"input": image})
        doubtful = review is not None and raw_score[0] >= review["value"]
        verdict = "NG" if label[0] else "REVIEW" if doubtful else "OK"
        sys.stdout.write(
            f"{path}: {verdict}, score {score[0]:.3f} (limit 0.5), "
            f"raw {raw_score[0]:.4g} (limit {metadata['image_threshold']:.4g}), "
            f"{mask.mean():.1%} of the map over its limit, hottest {heat.max():.3f}\n"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
