"""Hearing that the process is to stop: a server waits for answers to end, and some end only when they are told to."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def hearing(stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop` when the process is told to end, before the server's own handling of that.

    In another thread than the first there are no signals to be heard.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def heard(number: int, frame: FrameType | None) -> None:
        stop()
        known = before[signal.Signals(number)]
        if callable(known):
            known(number, frame)

    ours = [number for number, known in before.items() if callable(known)]
    for number in ours:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
