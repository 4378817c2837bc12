"""Hold-out: the same names and seed give the same choice, in whatever order they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.project.splits import held_out

names = st.lists(st.text(max_size=20), unique=True, max_size=60)


@given(names, st.floats(0, 1), st.integers(0, 5), st.randoms())
def test_order_does_not_matter(paths, share, seed, random):
    shuffled = list(paths)
    random.shuffle(shuffled)
    assert {paths[i] for i in held_out(paths, share, seed)} == {shuffled[i] for i in held_out(shuffled, share, seed)}


@given(names, st.floats(0, 1))
def test_some_but_never_all(paths, share):
    out = held_out(paths, share)
    assert out <= set(range(len(paths)))
    if len(paths) >= 2:
        assert 1 <= len(out) < len(paths)
        assert abs(len(out) - share * len(paths)) <= 1
    else:
        assert not out


def test_seeds_differ_and_repeat():
    paths = [f"{i:03}.png" for i in range(100)]
    assert held_out(paths, seed=1) == held_out(paths, seed=1)
    assert held_out(paths, seed=1) != held_out(paths, seed=2)
    assert len(held_out(paths, 0.2)) == 20


def test_known_choice_stays():
    # A stored project would be split anew if this ever changed.
    assert held_out([f"{i:03}.png" for i in range(20)], 0.2, 0) == frozenset({2, 9, 10, 13})


def test_new_pictures_move_few_of_the_others():
    paths = [f"{i:03}.png" for i in range(100)]
    before = held_out(paths)
    after = held_out([*paths, "new 1.png", "new 2.png"])
    assert len(before - after) <= 2


def test_windows_and_posix_paths_are_the_same_name():
    posix = [f"train/good/{i}.png" for i in range(30)]
    assert held_out(posix) == held_out([path.replace("/", "\\") for path in posix])


@pytest.mark.parametrize("share", [-0.1, 1.5])
def test_shares_out_of_range_are_refused(share):
    with pytest.raises(ValueError, match="share"):
        held_out(["a", "b"], share)
