import errno

import pytest
import torch

from core.detectors.parts.cache import ImageCache
from core.errors import Problem


@pytest.mark.parametrize(("budget", "on_disk"), [(7 * 3 * 5 * 4, False), (7 * 3 * 5 * 4 - 1, True)])
def test_gives_back_what_was_added(budget, on_disk):
    arrays = torch.randn(7, 3, 5)
    with ImageCache(7, (3, 5), budget) as cache:
        assert cache.on_disk is on_disk
        cache.add(arrays[:4])
        cache.add(arrays[4:])
        assert len(cache) == 7
        numbers = torch.tensor([6, 0, 3, 3])
        taken = cache.take(numbers)
        assert torch.equal(taken, arrays[numbers])
        taken.zero_()
        assert torch.equal(cache.take(numbers), arrays[numbers])


def test_a_full_disk_is_a_problem(monkeypatch):
    class Full:
        def write(self, content):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            pass

    monkeypatch.setattr("core.detectors.parts.cache.tempfile.TemporaryFile", Full)
    with ImageCache(2, (3,), 0) as cache, pytest.raises(Problem, match="No space left"):
        cache.add(torch.zeros(2, 3))
