"""Working ahead in a few threads, with the results in the order of what they were made of.

Threads are enough, and nothing is spawned: decoding, resizing and encoding leave Python's lock. At most `AHEAD` results
wait, so memory does not grow with the number of files.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from core.progress import Ticket

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 16
WORKERS = min(4, os.cpu_count() or 1)


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], ticket: Ticket, workers: int = WORKERS
) -> Generator[Result, None, None]:
    """Yield what `work` makes of every item, in order, worked out in a few threads while the caller does other things.

    Closing the iterator, an error in `work`, in `items` or in the caller, and a cancelled ticket stop the threads.

    Raises
    ------
    Cancelled
        Through the ticket.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="ahead") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= AHEAD:
                    ticket.check()
                    yield waiting.popleft().result()
            while waiting:
                ticket.check()
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
