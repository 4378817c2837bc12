"""Pixel-level figures over any number of images in a fixed amount of memory.

Every map goes into a histogram whose bins are the float32 numbers that agree in sign, exponent and the
first 11 bits of the mantissa: 2**20 bins, each 2**-11 (0.05 %) of its value wide, for any range of scores
and without having to know it before. All sums are whole numbers, so that an image that was added can be
taken out again without a trace: after a change of label only that image is counted anew.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.scoring.metrics import Curve, FloatArray, curve_of_steps

_SHIFT = 12
_BINS = 1 << (32 - _SHIFT)
_SIGN = np.uint32(0x8000_0000)
# A region counts as this many units in all, dealt out to its pixels: a sum of units is exact where one of
# 1/size is not. Up to 2**21 regions fit in 63 bits.
_REGION_UNITS = 1 << 42

Counts = npt.NDArray[np.int64]


class PixelCounts:
    """How many good and defective pixels have which score.

    Curves made from it are exact at their thresholds, which are the lowest scores of the bins; only
    scores within one bin, 2**-11 of their value apart, are not told from each other and count as ties.

    Takes 24 MiB whatever the number and size of the images; one map of 256 x 256 is counted in 2 to
    4 ms on one core.

    Attributes
    ----------
    good_images, defect_images
        Images without and with a defective pixel.
    regions
        Connected defective areas (8 neighbours) in all images.
    """

    def __init__(self) -> None:
        self._good: Counts = np.zeros(_BINS, dtype=np.int64)
        self._defect: Counts = np.zeros(_BINS, dtype=np.int64)
        self._overlap: Counts = np.zeros(_BINS, dtype=np.int64)
        self.good_images = 0
        self.defect_images = 0
        self.regions = 0

    def add(
        self,
        heat: npt.NDArray[np.floating],
        mask: npt.NDArray[np.bool_] | None,
        inside: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Count one image.

        Parameters
        ----------
        heat
            (h, w) raw map.
        mask
            (h, w) True on defective pixels; None for a good image. A defective image whose mask is not
            known must not be added: its pixels would count as good.
        inside
            (h, w) False where the map shows letterbox padding instead of the image; None when it has none.

        Raises
        ------
        ValueError
            Shapes differ, or a score of the image is not finite.
        """
        self._count(heat, mask, inside, 1)

    def subtract(
        self,
        heat: npt.NDArray[np.floating],
        mask: npt.NDArray[np.bool_] | None,
        inside: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Take out one image that was added with the same arguments; what is left is exactly what was before.

        Raises
        ------
        ValueError
            As `add`, or the image is not in here.
        """
        self._count(heat, mask, inside, -1)

    def merge(self, other: PixelCounts) -> None:
        """Add all that `other` holds."""
        self._good += other._good
        self._defect += other._defect
        self._overlap += other._overlap
        self.good_images += other.good_images
        self.defect_images += other.defect_images
        self.regions += other.regions

    def copy(self) -> PixelCounts:
        """Return an independent copy."""
        twin = PixelCounts()
        twin.merge(self)
        return twin

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PixelCounts):
            return NotImplemented
        return (
            (self.good_images, self.defect_images, self.regions)
            == (other.good_images, other.defect_images, other.regions)
            and np.array_equal(self._good, other._good)
            and np.array_equal(self._defect, other._defect)
            and np.array_equal(self._overlap, other._overlap)
        )

    __hash__ = None  # type: ignore[assignment]  # it changes

    @property
    def good_pixels(self) -> int:
        """Pixels that are not defective, of all images."""
        return int(self._good.sum())

    @property
    def defect_pixels(self) -> int:
        """Defective pixels of all images."""
        return int(self._defect.sum())

    @property
    def low(self) -> float:
        """No score is lower than this; at most 2**-11 of its value under the lowest. ValueError when empty."""
        return float(_lowest(self._occupied()[:1])[0])

    @property
    def high(self) -> float:
        """No score is higher than this; at most 2**-11 of its value over the highest. ValueError when empty."""
        return float(_highest(self._occupied()[-1:])[0])

    def curve(self) -> Curve | None:
        """Return precision and recall over the pixels; None without a defective or without a good pixel."""
        bins = np.flatnonzero(self._good + self._defect)[::-1]
        return curve_of_steps(_lowest(bins), self._defect[bins], self._good[bins])

    def auroc(self) -> float | None:
        """Return the area under the pixel ROC curve; None without a defective or without a good pixel.

        A pair of a good and a defective pixel in one bin counts one half: the result is off by at most
        half the share of such pairs.
        """
        curve = self.curve()
        return None if curve is None else curve.auroc()

    def au_pro(self, max_fpr: float = 0.3) -> float | None:
        """Return the mean per-region overlap, integrated to a false-positive rate and divided by it.

        As the evaluation code of MVTec AD does it (Bergmann et al., "The MVTec Anomaly Detection Dataset",
        IJCV 2021, section 5.2): every region counts the same whatever its size, the curve starts at
        (0, 0), points are joined by straight lines, and the value at `max_fpr` is interpolated.

        Parameters
        ----------
        max_fpr
            Above 0, at most 1.

        Returns
        -------
        float or None
            0 to 1; None without a region or without a good pixel.
        """
        if not 0.0 < max_fpr <= 1.0:
            raise ValueError(f"{max_fpr} is not a false-positive rate to integrate to")
        total = self.good_pixels
        if self.regions == 0 or total == 0:
            return None
        bins = np.flatnonzero(self._good + self._defect)[::-1]
        fpr = np.concatenate([[0.0], np.cumsum(self._good[bins]) / total])
        pro = np.concatenate([[0.0], np.cumsum(self._overlap[bins]) / (self.regions * float(_REGION_UNITS))])
        return _area_up_to(fpr, pro, max_fpr) / max_fpr

    def good_limit(self, quantile: float) -> tuple[float, int]:
        """Return a limit that at most ``1 - quantile`` of the good pixels reach.

        Parameters
        ----------
        quantile
            Above 0, at most 1; 1 puts the limit just above every good pixel.

        Returns
        -------
        tuple of float and int
            The lowest such limit on the edge of a bin, a float32 number, and how many good pixels reach it.

        Raises
        ------
        ValueError
            `quantile` is out of range or there is no good pixel.
        """
        if not 0.0 < quantile <= 1.0:
            raise ValueError(f"{quantile} is not a quantile")
        bins = np.flatnonzero(self._good)
        if len(bins) == 0:
            raise ValueError("there is no good pixel")
        counts = self._good[bins]
        reaching = np.cumsum(counts[::-1])[::-1]
        allowed = (1.0 - quantile) * int(reaching[0]) * (1.0 + 1e-12)
        kept = int(np.count_nonzero(reaching > allowed))
        # The bins before `kept` stay under the limit: it starts right behind the last of them.
        limit = np.nextafter(_highest(bins[kept - 1 : kept]).astype(np.float32), np.float32(np.inf))
        return float(limit[0]), int(reaching[kept]) if kept < len(bins) else 0

    def _occupied(self) -> npt.NDArray[np.intp]:
        bins = np.flatnonzero(self._good + self._defect)
        if len(bins) == 0:
            raise ValueError("no pixel was counted")
        return bins

    def _count(
        self,
        heat: npt.NDArray[np.floating],
        mask: npt.NDArray[np.bool_] | None,
        inside: npt.NDArray[np.bool_] | None,
        sign: int,
    ) -> None:
        for other in (mask, inside):
            if other is not None and other.shape != heat.shape:
                raise ValueError(f"map {heat.shape} and mask {other.shape} differ in size")
        values = np.ascontiguousarray(heat, dtype=np.float32)
        seen = np.ones(heat.shape, dtype=np.bool_) if inside is None else inside
        if not np.isfinite(values[seen]).all():
            raise ValueError("a score of the map is not a finite number")
        defective = np.zeros(heat.shape, dtype=np.bool_) if mask is None else mask & seen
        keys = _keys(values)
        good = _Tally(keys[seen & ~defective])
        defect = _Tally(keys[defective])
        overlap, regions = _region_units(keys, defective)
        if sign < 0:
            has_defect = regions > 0
            present = self.defect_images > 0 if has_defect else self.good_images > 0
            if not (present and good.within(self._good) and defect.within(self._defect)):
                raise ValueError("this image was not counted")
        good.into(self._good, sign)
        defect.into(self._defect, sign)
        overlap.into(self._overlap, sign)
        self.regions += sign * regions
        if regions:
            self.defect_images += sign
        else:
            self.good_images += sign


class _Tally:
    """How often each key occurs, or the sum of its weights, over the span of the keys only."""

    def __init__(self, keys: npt.NDArray[np.int64], weights: Counts | None = None) -> None:
        self.first = int(keys.min()) if keys.size else 0
        if weights is None:
            self.counts: Counts = np.bincount(keys - self.first)
        else:
            # bincount would sum in float64, where units get lost.
            self.counts = np.zeros(int(keys.max()) - self.first + 1 if keys.size else 0, dtype=np.int64)
            np.add.at(self.counts, keys - self.first, weights)

    def within(self, histogram: Counts) -> bool:
        return bool((histogram[self.first : self.first + len(self.counts)] >= self.counts).all())

    def into(self, histogram: Counts, sign: int) -> None:
        histogram[self.first : self.first + len(self.counts)] += sign * self.counts


def _region_units(keys: npt.NDArray[np.int64], defective: npt.NDArray[np.bool_]) -> tuple[_Tally, int]:
    """Deal out each region's units to its pixels: the same to each, the remainder to the first."""
    found, labels, stats, _ = cv2.connectedComponentsWithStats(defective.astype(np.uint8), connectivity=8)
    inside = labels[defective]
    sizes = stats[:, cv2.CC_STAT_AREA].astype(np.int64)
    weights = _REGION_UNITS // sizes[inside]
    named, firsts = np.unique(inside, return_index=True)
    weights[firsts] += _REGION_UNITS % sizes[named]
    return _Tally(keys[defective], weights), found - 1


def _keys(values: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """Map float32 numbers to bins so that a larger number never has a smaller bin. -0 is 0."""
    bits = (values + np.float32(0.0)).view(np.uint32)
    ordered = np.where(bits & _SIGN, ~bits, bits | _SIGN)
    return (ordered >> np.uint32(_SHIFT)).astype(np.int64)


def _numbers(ordered: npt.NDArray[np.uint32]) -> FloatArray:
    bits = np.where(ordered & _SIGN, ordered & ~_SIGN, ~ordered)
    return bits.astype(np.uint32).view(np.float32).astype(np.float64)


def _lowest(bins: npt.NDArray[np.intp]) -> FloatArray:
    """Return the lowest number of each bin."""
    return _numbers(bins.astype(np.uint32) << np.uint32(_SHIFT))


def _highest(bins: npt.NDArray[np.intp]) -> FloatArray:
    """Return the highest number of each bin."""
    return _numbers((bins.astype(np.uint32) << np.uint32(_SHIFT)) | np.uint32((1 << _SHIFT) - 1))


def _area_up_to(x: FloatArray, y: FloatArray, limit: float) -> float:
    """Integrate the lines through (x, y), x ascending from 0 to 1, from 0 to `limit`."""
    inside = int(np.searchsorted(x, limit, side="right"))
    at_limit = float(np.interp(limit, x[inside - 1 : inside + 1], y[inside - 1 : inside + 1]))
    return float(np.trapezoid(np.append(y[:inside], at_limit), np.append(x[:inside], limit)))
