import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter

from core.detectors.parts.maps import SmoothMaps, gaussian_matrix


@pytest.mark.parametrize(
    ("grid", "size", "sigma"),
    [((32, 32), (256, 256), 4.0), ((8, 12), (64, 96), 4.0), ((8, 20), (32, 80), 16.0), ((16, 16), (128, 128), 0.0)],
)
def test_same_as_interpolating_then_scipys_filter(grid, size, sigma):
    scores = np.random.default_rng(0).random((2, *grid))
    large = F.interpolate(torch.from_numpy(scores)[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
    scaled = sigma * min(size) / 256
    want = np.stack([gaussian_filter(each, scaled) for each in large.numpy()]) if scaled else large.numpy()
    have = SmoothMaps(grid, size, sigma)(torch.from_numpy(scores).float())
    assert have.shape == (2, *size)
    np.testing.assert_allclose(have.numpy(), want, rtol=2e-6)


def test_line_shorter_than_the_blur_is_mirrored_again_and_again():
    line = np.random.default_rng(1).random(5)
    np.testing.assert_allclose(gaussian_matrix(5, 6.0).numpy() @ line, gaussian_filter(line, 6.0), rtol=1e-12)


def test_level_scores_stay_level():
    assert torch.allclose(SmoothMaps((4, 4), (32, 32), 4.0)(torch.full((1, 4, 4), 3.0)), torch.tensor(3.0))
