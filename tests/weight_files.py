"""The content of a weights file that belongs to no network, for tests of how such files are found and checked."""

import hashlib
import io

import torch


def _made_up() -> bytes:
    buffer = io.BytesIO()
    torch.save({"layer.weight": torch.arange(600_000.0)}, buffer)
    return buffer.getvalue()


CONTENT = _made_up()
DIGEST = hashlib.sha256(CONTENT).hexdigest()
