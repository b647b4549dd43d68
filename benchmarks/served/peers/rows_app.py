"""The usual way: rows in PostgreSQL, asyncpg, orjson, FastAPI. Runs in an environment of its own."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import orjson
from fastapi import FastAPI, Response

_ROWS = "SELECT time, value, flag, entry FROM reading WHERE series = $1 AND time >= $2 AND time < $3 ORDER BY time"


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["DSN"], min_size=4, max_size=8)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=_pool)


@app.get("/series/{series}")
async def series(series: int, start: datetime, end: datetime) -> Response:
    """A coverage with values, flags and entries."""
    rows = await app.state.pool.fetch(_ROWS, series, start, end)
    ranges = {name: {"type": "NdArray", "values": [row[name] for row in rows]} for name in ("value", "flag", "entry")}
    axes = {"t": {"values": [row["time"] for row in rows]}}
    return Response(orjson.dumps({"type": "Coverage", "domain": {"axes": axes}, "ranges": ranges}))
