"""The command as an operator types it, in this process: to start another one for each takes seconds."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine

from arna import cli


def typed(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What `arna` with these words wrote and ended with, under `settings` besides those of the environment."""
    out, err = _stream(), _stream()
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, settings))
        stack.enter_context(patch.object(sys, "argv", ["arna", *words]))
        stack.enter_context(patch.object(sys, "stdout", out))
        stack.enter_context(patch.object(sys, "stderr", err))
        stack.enter_context(_logging_anew())
        stack.enter_context(databases_closed())
        try:
            cli.main()
            code: Any = 0
        except SystemExit as left:
            code = left.code or 0
    return subprocess.CompletedProcess(["arna", *words], code, _written(out), _written(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@contextmanager
def _logging_anew() -> Iterator[None]:
    """Let the command set up its log as in a process of its own, on the error stream that it finds."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def databases_closed() -> Iterator[None]:
    """Let go of every database when the command ends, as the end of a process does."""
    with ExitStack() as stack:

        def remembered(*args: Any, **kwargs: Any) -> Engine:
            engine = create_engine(*args, **kwargs)
            stack.callback(engine.dispose)
            return engine

        stack.enter_context(patch("record.database.create_engine", remembered))
        yield
