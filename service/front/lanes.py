"""Who waits where: questions that take long wait for a thread of their kind, so that they hold up nobody else.

The netCDF library does one thing at a time in a process. What is written with it has few threads of its own, so that
questions waiting for it take none from the others.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")
_LARGE, _LIBRARY, _PAPERS, _PULSE = 4, 2, 2, 2


class Lane:
    """Some threads, and those who wait for them in the order in which they came."""

    def __init__(self, threads: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[[], Made]) -> Made:
        """Do the work in a thread of the lane; who goes away before its turn has it not done."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def later(self, work: Callable[[], object]) -> None:
        """Do the work when there is a thread, without waiting for it."""
        self._pool.submit(work)


class Lanes:
    """`large` for what takes long in our own code, `library` for what is written by the netCDF library.

    `papers` is for reports, accounts, figures and the ledger, and `pulse` for whoever asks whether we are well.
    """

    def __init__(self) -> None:
        self.large, self.library = Lane(_LARGE, "large"), Lane(_LIBRARY, "library")
        self.papers, self.pulse = Lane(_PAPERS, "papers"), Lane(_PULSE, "pulse")
