import threading
import time

import pytest
from PySide6.QtCore import QElapsedTimer, QThread

from core.progress import REPORTS_PER_SECOND
from gui.jobs.lane import Lane


@pytest.fixture
def make(qapp):
    lanes = []

    def build(policy):
        lane = Lane(policy)
        lane.told = []
        lane.ended.connect(lane.told.append)
        lanes.append(lane)
        return lane

    yield build
    for lane in lanes:
        assert lane.close(10_000)


def until_cancelled(ticket):
    while True:
        ticket.check()
        time.sleep(0.001)


def test_done(make, qtbot):
    lane = make("refuse")
    threads = []
    lane.ended.connect(lambda _ended: threads.append(QThread.currentThread()))

    assert lane.submit("sum", lambda ticket: sum(range(10)))
    assert lane.busy
    assert lane.key == "sum"
    qtbot.waitUntil(lambda: bool(lane.told))

    (ended,) = lane.told
    assert (ended.key, ended.result, ended.error, ended.cancelled) == ("sum", 45, None, False)
    assert threads == [lane.thread()]
    assert not lane.busy


def test_the_task_runs_in_another_thread(make, qtbot):
    lane = make("refuse")
    lane.submit("who", lambda ticket: threading.get_ident())
    qtbot.waitUntil(lambda: bool(lane.told))
    assert lane.told[0].result != threading.get_ident()


def test_failed_with_traceback(make, qtbot):
    lane = make("refuse")

    def broken(ticket):
        raise KeyError("missing part")

    lane.submit("x", broken)
    qtbot.waitUntil(lambda: bool(lane.told))
    (ended,) = lane.told
    assert isinstance(ended.error, KeyError)
    assert "in broken" in ended.traceback
    assert not ended.cancelled


def test_cancelled_is_silent(make, qtbot):
    lane = make("refuse")
    lane.submit("x", until_cancelled)
    lane.cancel()
    qtbot.waitUntil(lambda: bool(lane.told))
    (ended,) = lane.told
    assert ended.cancelled
    assert ended.error is None
    assert ended.traceback == ""


def test_a_busy_lane_refuses(make, qtbot):
    lane = make("refuse")
    assert lane.submit("first", until_cancelled)
    assert not lane.submit("second", until_cancelled)
    lane.cancel()
    qtbot.waitUntil(lambda: bool(lane.told))
    assert [ended.key for ended in lane.told] == ["first"]


def test_the_newest_wins_of_2000(make, qtbot):
    lane = make("newest")
    began = []

    def task(number):
        def run(ticket):
            began.append(number)
            ticket.check()
            return number

        return run

    for number in range(2000):
        assert lane.submit(number, task(number))
        if number % 100 == 0:
            qtbot.wait(1)
    qtbot.waitUntil(lambda: not lane.busy)

    assert lane.told[-1].key == 1999
    assert lane.told[-1].result == 1999
    assert [ended.key for ended in lane.told] == sorted(ended.key for ended in lane.told)
    assert set(began) <= {ended.key for ended in lane.told}  # whatever began is told about, once
    assert len(lane.told) == len({ended.key for ended in lane.told}) < 2000


def test_restart_from_a_slot(make, qtbot):
    lane = make("refuse")
    runs = []

    def again(ended):
        assert not lane.busy
        runs.append(ended.result)
        if len(runs) < 50:
            number = len(runs)
            assert lane.submit(number, lambda ticket: number)

    lane.ended.connect(again)
    lane.submit(0, lambda ticket: 0)
    qtbot.waitUntil(lambda: len(runs) == 50)
    assert runs == list(range(50))


def test_a_slot_that_submits_goes_before_the_waiting_request(make, qtbot):
    lane = make("newest")
    lane.ended.connect(lambda ended: lane.submit("slot", lambda ticket: 0) if ended.key == "first" else None)
    lane.submit("first", until_cancelled)
    lane.submit("waiting", lambda ticket: 0)
    qtbot.waitUntil(lambda: not lane.busy and len(lane.told) > 1)
    qtbot.waitUntil(lambda: not lane.busy)
    assert [ended.key for ended in lane.told] == ["first", "slot", "waiting"]


def test_close_while_running(make):
    lane = make("refuse")
    lane.submit("x", until_cancelled)
    assert lane.close(10_000)
    assert [ended.cancelled for ended in lane.told] == [True]
    assert not lane.submit("y", until_cancelled)


def test_close_does_not_kill_work_that_cannot_stop_yet(make):
    lane = make("refuse")
    began, go_on = threading.Event(), threading.Event()

    def stubborn(ticket):
        began.set()
        return go_on.wait(30)

    lane.submit("x", stubborn)
    assert began.wait(30)
    assert not lane.close(20)
    assert lane.busy
    go_on.set()
    assert lane.close(10_000)
    assert [ended.result for ended in lane.told] == [True]


def test_closing_drops_the_waiting_request(make, qtbot):
    lane = make("newest")
    lane.submit("first", until_cancelled)
    lane.submit("second", until_cancelled)
    assert lane.close(10_000)
    qtbot.wait(20)
    assert [ended.key for ended in lane.told] == ["first"]


def test_the_latest_progress_wins_and_none_floods(make, qtbot):
    lane = make("refuse")
    seen = []
    lane.progressed.connect(lambda key, progress: seen.append(progress.done))
    clock = QElapsedTimer()

    def busy(ticket):
        stage = ticket.stage("Counting", 1.0)
        for i in range(20_000):
            stage.report(i, 1)  # every report claims to be a last step, so the ticket holds none back

    clock.start()
    lane.submit("x", busy)
    qtbot.waitUntil(lambda: bool(lane.told), timeout=30_000)
    assert seen[-1] == 19_999
    assert seen == sorted(seen)
    assert len(seen) <= clock.elapsed() / 1000 * REPORTS_PER_SECOND + 2


def test_no_partial_result_is_lost(make, qtbot):
    lane = make("refuse")
    seen = []
    lane.partial.connect(lambda key, value: seen.append((key, value)))

    def task(ticket):
        for i in range(500):
            ticket.partial(i)

    lane.submit("x", task)
    qtbot.waitUntil(lambda: bool(lane.told))
    assert seen == [("x", i) for i in range(500)]


def test_partial_results_come_before_the_end(make, qtbot):
    lane = make("refuse")
    order = []
    lane.partial.connect(lambda key, value: order.append(value))
    lane.ended.connect(lambda ended: order.append("ended"))
    lane.submit("x", lambda ticket: ticket.partial("early"))
    qtbot.waitUntil(lambda: bool(lane.told))
    assert order == ["early", "ended"]


def test_what_a_task_held_is_let_go(make, qtbot):
    import weakref

    class Heavy:
        pass

    heavy = Heavy()
    there = weakref.ref(heavy)
    lane = make("refuse")

    def task(ticket, held=heavy):
        return held is not None

    del heavy
    lane.submit("x", task)
    del task
    qtbot.waitUntil(lambda: bool(lane.told))
    assert there() is None
