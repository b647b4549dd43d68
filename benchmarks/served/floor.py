"""The floor: the same values from a memory map, encoded and sent by a bare Starlette route. Time and values alone."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import netCDF4
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.served.load import DEEP, GAUGES, HOUR, Served

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


def covjson(time: np.ndarray, values: np.ndarray) -> bytes:
    """A coverage of one parameter."""
    axes = {"t": {"values": time.astype("datetime64[s]")}}
    ranges = {"discharge": {"type": "NdArray", "dataType": "float", "values": np.ascontiguousarray(values)}}
    return orjson.dumps({"type": "Coverage", "domain": {"axes": axes}, "ranges": ranges}, option=_OPTIONS)


def csv(time: np.ndarray, values: np.ndarray) -> bytes:
    """Two columns."""
    table = pa.table({"time": pa.array(time.astype("datetime64[s]")), "discharge": pa.array(values)})
    out = io.BytesIO()
    pyarrow.csv.write_csv(table, out)
    return out.getvalue()


def netcdf(time: np.ndarray, values: np.ndarray) -> bytes:
    """Two variables, not compressed."""
    file = netCDF4.Dataset("floor.nc", "w", memory=1 << 20)
    file.createDimension("time", len(time))
    file.createVariable("time", "i8", ("time",))[:] = time
    file.createVariable("discharge", "f8", ("time",))[:] = values
    return bytes(file.close())


FORMS: dict[str, Callable[[np.ndarray, np.ndarray], bytes]] = {"covjson": covjson, "csv": csv, "netcdf": netcdf}


def app(served: Served) -> Starlette:
    """`/years/{series}` and `/week/{series}` with `?f=`, `/latest`."""
    begin, (first, last) = served.spans[0][0], served.spans[-1]
    sealed = (first - begin) // HOUR
    deep = np.memmap(served.flat, dtype=np.float64, mode="r", shape=(DEEP, (last - begin) // HOUR))
    wide = np.memmap(served.month, dtype=np.float64, mode="r", shape=(GAUGES, (last - first) // HOUR))
    times = np.arange(begin, last, HOUR)

    async def years(request: Request) -> Response:
        row = request.path_params["series"]
        return Response(FORMS[request.query_params["f"]](times[:sealed], deep[row, :sealed]))

    async def week(request: Request) -> Response:
        row = request.path_params["series"]
        return Response(FORMS[request.query_params["f"]](times[-168:], wide[row, -168:]))

    async def latest(_: Request) -> Response:
        return Response(orjson.dumps(np.ascontiguousarray(wide[:, -1]), option=_OPTIONS))

    return Starlette(
        routes=[Route("/years/{series:int}", years), Route("/week/{series:int}", week), Route("/latest", latest)]
    )


if __name__ == "__main__":
    uvicorn.run(app(Served(Path(sys.argv[1]))), port=int(sys.argv[2]), log_level="error", access_log=False)
