"""The model as one PyTorch module, photo in, verdict out, and that as a program of `torch.export`.

For who runs PyTorch anyway: ``torch.export.load("model.pt2").module()(photo)``. The same steps as in
`core.export.graph`, with the same names.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from core.export.graph import as_float32_limit
from core.images.area import RASTER, raster
from core.images.framing import Framing
from core.images.resampling import PADDING
from core.models.trained import TrainedModel
from core.progress import Ticket
from core.scoring.thresholds import Calibration

# Of the photos that the program is traced with. Every size works; equal or small sides would be taken for fixed.
_TRACED = (2, 3, 150, 210)


def write_program(model: TrainedModel, path: Path, ticket: Ticket) -> None:
    """Write the model for photos (N, 3, H, W), float32, RGB in 0..1; it returns the outputs of `graph.OUTPUTS` by name.

    Memory: the arrays three times.

    Raises
    ------
    Cancelled
        Through the ticket, but not while PyTorch traces, which takes some seconds.
    """
    middle = model.detector.graph(ticket.stage("Preparing the graph", 0.5))
    whole = _Whole(model.framing, middle, model.calibration).eval().cpu()
    sides = {0: torch.export.Dim.DYNAMIC, 2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    ticket.check()
    with torch.no_grad():
        program = torch.export.export(whole, (torch.zeros(_TRACED),), dynamic_shapes=(sides,), strict=False)
    for name, values in program.state_dict.items():  # channels last, as some are, could not be written
        plain = values.detach().contiguous()
        program.state_dict[name] = nn.Parameter(plain, False) if isinstance(values, nn.Parameter) else plain
    ticket.check()
    torch.export.save(program, path)


class _Whole(nn.Module):
    """Photos (N, 3, H, W) to the outputs by name."""

    square: Tensor  # of the area, where there is one

    def __init__(self, framing: Framing, middle: nn.Module, calibration: Calibration) -> None:
        super().__init__()
        self.framing = framing
        self.middle = middle
        self.span = calibration.span
        self.image_limit = float(as_float32_limit(calibration.image.value))
        self.pixel_limit = float(as_float32_limit(calibration.pixel.value))
        if framing.area:
            self.register_buffer("square", torch.from_numpy(np.array(raster(framing.area))))

    def forward(self, photo: Tensor) -> dict[str, Tensor]:
        rows, columns = photo.shape[2], photo.shape[3]
        height, width = self._covered(rows, columns)
        down, inside_rows, seen_rows = _axis(rows, height, self.framing.size[0])
        across, inside_columns, seen_columns = _axis(columns, width, self.framing.size[1])
        counting = inside_rows[:, None] & inside_columns
        if self.framing.area:
            counting = counting & self.square[seen_rows][:, seen_columns]
        frames = torch.where(counting, down @ photo @ across.T, PADDING)
        maps, scores = self.middle(frames)
        if self.framing.area:
            maps = torch.where(counting, maps, 0.0)
        label, score = self._judged(scores, self.image_limit)
        mask, unit = self._judged(maps[:, None], self.pixel_limit)
        return {
            "pred_score": score,
            "pred_label": label,
            "anomaly_map": unit,
            "pred_mask": mask,
            "raw_score": scores.clone(),
            "raw_map": maps[:, None].clone(),
        }

    def _covered(self, rows: int, columns: int) -> tuple[Tensor, Tensor]:
        """Return the (height, width) of the frame that the photo covers, as `Framing.place` does."""
        frame = torch.tensor(self.framing.size, dtype=torch.float64)
        if self.framing.fit == "stretch":
            return frame[0], frame[1]
        scale = torch.minimum(frame[0] / rows, frame[1] / columns)
        height, width = ((scale * side + 0.5).floor().clamp(min=1) for side in (rows, columns))
        return torch.minimum(height, frame[0]), torch.minimum(width, frame[1])

    def _judged(self, raw: Tensor, limit: float) -> tuple[Tensor, Tensor]:
        """Return which reach the limit, and all on the scale of 0 to 1, with what does not under 0.5."""
        over = raw >= limit
        unit = ((raw - limit) / self.span + 0.5).clamp(0.0, 1.0)
        return over, torch.where(over, unit, unit.clamp(max=float(np.nextafter(np.float32(0.5), np.float32(0)))))


def _axis(photo: int, covered: Tensor, frame: int) -> tuple[Tensor, Tensor, Tensor]:
    """One axis of a photo in a frame, in the middle `covered` pixels of it.

    Returns
    -------
    weights
        (frame, photo) float32 as `core.images.resampling` has them; 0 outside.
    inside
        (frame,) bool: where the photo is.
    seen
        (frame,) int64: the places in an area's raster.
    """
    step = photo / covered
    reach = (step.clamp(min=1.0) + 1) / 2
    places = torch.arange(frame, dtype=torch.float64) - ((frame - covered) / 2).floor()
    pixels = torch.arange(photo, dtype=torch.float64) + 0.5
    inside = (places >= 0) & (places < covered)
    overlap = (reach - (pixels - ((places + 0.5) * step)[:, None]).abs()).clamp(0.0, 1.0) * inside[:, None]
    weights = overlap / torch.where(inside, overlap.sum(dim=1), 1.0)[:, None]
    seen = ((2 * places + 1) * RASTER / (2 * covered)).floor().clamp(0, RASTER - 1).long()
    return weights.float(), inside, seen
