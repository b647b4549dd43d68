"""Whatever is asked: a clear answer of ours, no crash, and others are still served."""

import json
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest

from arna.serving import open_more_files
from tests.service.world import DAILY, HOURLY, World, post

HERE = f"/collections/{HOURLY}"
ONE = f"{HERE}/locations/{post(0)}"
WELL = b"GET /conformance HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
_PATIENCE = 20.0


def sent(world: World, raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what is answered to these bytes."""
    host, port = world.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=_PATIENCE) as stream:
        stream.sendall(raw)
        found = bytearray()
        with suppress(ConnectionError):
            while piece := stream.recv(1 << 20):
                found += piece
    head, _, body = bytes(found).partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), {k.lower(): v for k, _, v in (one.partition(": ") for one in lines)}, body


def asked(
    world: World, target: str | bytes, method: str = "GET", more: bytes = b""
) -> tuple[int, dict[str, str], bytes]:
    raw = target if isinstance(target, bytes) else target.encode("ascii")
    return sent(world, method.encode() + b" " + raw + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + more + b"\r\n")


def refused(world: World, target: str | bytes, method: str = "GET", more: bytes = b"") -> int:
    """The status of a fault of the asker's, which comes with our one body and our headers."""
    status, headers, body = asked(world, target, method, more)
    assert 400 <= status < 500, (status, body[:300])
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers
    if method != "HEAD":
        said = json.loads(body)
        assert (set(said), said["status"]) == ({"code", "status", "description"}, status)
        assert len(said["description"].splitlines()) == 1
        assert not any(word in said["description"] for word in ("Traceback", ".py", "Error:"))
    return status


@pytest.fixture(autouse=True)
def _others_are_served(served_world: World) -> Iterator[None]:
    yield
    assert sent(served_world, WELL)[0] == 200


@pytest.mark.parametrize(
    "query",
    [
        "datetime=%",
        "datetime=%zz",
        "datetime=%00",
        "datetime=%ff%fe",
        "datetime=%C0%AF/%C0%AE",
        "datetime=10000-01-01",
        "datetime=9999-12-31T23:59:59-23:59/..",
        "datetime=0000-01-01/..",
        "datetime=9999-12-31T23:59:59Z/..",
        "datetime=../9999-12-31T23:59:59Z",
        "datetime=0001-01-01T00:00:00%2B23:59/..",
        "datetime=-4713-01-01/..",
        "datetime=2026-02-30",
        "datetime=2026-05-01T24:61:00Z",
        "datetime=2026-05-02/2026-05-01",
        "datetime=../..%2f..%2f..",
        "datetime=now",
        "datetime=" + "1" * 5000,
        "parameter-name=" + "," * 10_000 + "x",
        "parameter-name=" + ",".join(["discharge"] * 3000) + ",x",
        "parameter-name=%00",
        "parameter-name=' OR 1=1--",
        "as-of=99999999999999999999999",
        "as-of=-1",
        "as-of=1e9",
        "as-of=NaN",
        "as-of=%D9%A3",  # a digit of Arabic
        "as-of=0x10",
        "as-of=9999-12-31T23:59:59Z",
        "quality=" + "good," * 2000 + "x",
        "crs=../../etc/passwd",
        "f=../../etc/passwd",
        "f=%00",
        "f=json%0d%0aSet-Cookie:%20a",
        "status=maybe",
    ],
)
def test_a_parameter_that_says_nothing_is_told_so(served_world: World, query: str) -> None:
    assert refused(served_world, f"{ONE}?{query.replace(' ', '%20')}") == 400


@pytest.mark.parametrize(
    "query",
    [
        "datetime=2026-05-01&datetime=2026-05-02",
        "parameter-name=" + "discharge," * 1500,
        "&&&&=&=&?=%00",
        "nobody-knows=" + "x" * 20_000,
        "&".join(f"n{number}=1" for number in range(2_000)),
    ],
)
def test_what_is_odd_and_still_says_something_is_answered(served_world: World, query: str) -> None:
    assert asked(served_world, f"{ONE}?{query}")[0] == 200


@pytest.mark.parametrize("size", [40_000, 100_000, 300_000])
def test_an_address_beyond_measure_is_refused(served_world: World, size: int) -> None:
    assert refused(served_world, f"{ONE}?coords={'x' * size}") in (414, 431)


@pytest.mark.parametrize(
    "path",
    [
        "/segments/..%2f..%2frecord.sqlite",
        "/segments/..%2frecord.sqlite.nc",
        "/segments/%2e%2e%2frecord.sqlite.nc",
        "/segments/%252e%252e%252frecord.sqlite.nc",
        "/segments/../record.sqlite.nc",
        "/segments/%2fetc%2fpasswd",
        "/segments/%2fetc%2fpasswd.nc",
        "/segments//etc/passwd.nc",
        "/segments/%00.nc",
        f"/segments/{'0' * 64}%00.nc",
        f"/segments/{'0' * 64}.nc%00",
        f"/segments/{'0' * 64}.nc",
        f"/segments/{'F' * 64}.nc",
        f"/segments/{'a' * 20_000}.nc",
        "/segments/*.nc",
        "/segments/.nc",
        "/segments/~root.nc",
        "/segments/%5c%5chost%5cshare.nc",
        "/segments/%C3%BC.nc",
        "/segments/%ff.nc",
        "/log/receipt/..%2f..%2frecord.sqlite",
        "/log/receipt/%00",
        "/log/tile/..%2f..%2frecord.sqlite",
        "/log/tile/entries/../../../record.sqlite",
        "/log/tile/0/x999/x999/999",
        "/log/tile/99999999999999999999/000",
        "/reports/daily/..%2f..%2frecord.sqlite",
        "/reports/daily/9999-12-31",
        "/inbox/..%2ftokens",
        "/dap/..%2f..%2frecord.sqlite.dds",
        f"{HERE}/locations/..%2f..%2frecord.sqlite",
        f"{HERE}/locations/%00",
        "/collections/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/%ff%fe",
    ],
)
def test_no_path_leads_out_of_what_is_served(served_world: World, path: str) -> None:
    assert refused(served_world, path) in (400, 404, 405)


@pytest.mark.parametrize("path", ["/", "/health", ONE, "/segments", "/log/checkpoint", "/nowhere", "/metrics"])
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "OPTIONS", "LOCK"])
def test_no_method_but_those_that_read_is_answered(served_world: World, path: str, method: str) -> None:
    assert refused(served_world, path, method, b"Cookie: secret=1\r\n") in (404, 405)


@pytest.mark.parametrize("method", ["FOO", "get", "G@T", ""])
def test_what_is_no_method_is_no_request(served_world: World, method: str) -> None:
    assert refused(served_world, "/", method) == 400


@pytest.mark.parametrize(
    ("more", "statuses"),
    [
        (b"X: " + b"x" * 70_000 + b"\r\n", {431}),
        (b"Cookie: " + b"a=b; " * 20_000 + b"\r\n", {431}),
        (b"Accept: " + b"text/x," * 5_000 + b"\r\n", {200}),
        (b"Accept: " + b";q=" * 10_000 + b"\r\n", {200}),
        (b"Accept: application/json;q=nan\r\n", {200}),
        (b"Accept: \xff\xfe\r\n", {200}),
        (b"Accept-Encoding: " + b"gzip;q=1," * 5_000 + b"\r\n", {200}),
        (b"If-None-Match: " + b'"x",' * 10_000 + b"\r\n", {200}),
        (b"If-Modified-Since: never\r\n", {200}),
        (b"Range: bytes=" + b"0-1," * 5_000 + b"\r\n", {200, 416}),
        (b"Range: bytes=99999999999999999999-\r\n", {200, 416}),
        (b"Authorization: Bearer " + b"x" * 20_000 + b"\r\n", {401}),
        (b"Authorization: Bearer \x80\x81\r\n", {401}),
        (b"X-Forwarded-For: " + b"1.2.3.4," * 5_000 + b"\r\n", {200}),
        (b"X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n", {200}),
        (b"Content-Length: 5\r\n", {200}),
        (b"Expect: 100-continue\r\nContent-Length: 5\r\n", {200}),
        (b"Transfer-Encoding: chunked\r\n", {200}),
    ],
)
def test_headers_of_any_kind_are_borne(served_world: World, more: bytes, statuses: set[int]) -> None:
    status, _, body = asked(served_world, f"{ONE}?datetime=2026-05-01", more=more)
    assert status in statuses, body[:300]
    assert b"evil" not in body


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00" * 5000, b"{" * 100_000, "—".encode() * 2000, b"x" * 2_000_000],
    ids=["nothing", "zeros", "brackets", "text", "much"],
)
def test_what_nobody_asked_for_is_not_taken(served_world: World, body: bytes) -> None:
    for path in (b"/network/approvals", b"/inbox/tables", b"/collections"):
        raw = b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        # Of what is too large the end is not waited for, and the answer may be lost with the rest.
        with suppress(ConnectionError, IndexError):
            assert 400 <= sent(served_world, raw + body)[0] < 500


@pytest.mark.parametrize(
    "path",
    [
        "/latest?collection=" + "x" * 10_000,
        "/history?series=x&time=9999-12-31T23:59:59Z",
        f"/history?series={post(0)}.discharge.hourly&time=99999-01-01T00:00:00Z",
        "/events?from=-1",
        "/events?from=99999999999999999999",
        "/proof?entry=" + "0," * 1001 + "0",
        "/proof?entry=999999999999999",
        "/proof?segment=../../x",
        "/accounts/chu?from=0001-01-01&to=9999-12-31",
        f"/figures/{post(0)}.discharge.hourly?from=0001-01-01&to=9999-12-31",
    ],
)
def test_questions_beyond_reason_are_told_so(served_world: World, path: str) -> None:
    assert refused(served_world, path) in (400, 404)


@pytest.mark.parametrize(
    "question",
    [
        ".dods?" + "discharge[0:1:99999999][0:1:99999999]," * 200 + "x",
        ".dods?discharge[-1:1:2]",
        ".dods?discharge[2:1:1]",
        ".ascii?discharge[0:0:5]",
        ".dods?" + "[" * 10_000,
        "@99999999999999999999.dds",
        ".exe",
    ],
)
def test_slices_beyond_reason_are_told_so_in_the_clients_own_words(served_world: World, question: str) -> None:
    status, _, body = asked(served_world, f"/dap/{HOURLY}{question}")
    assert 400 <= status < 500, body[:300]
    assert body.startswith(b"Error {")


RING = ",".join(f"{73 + (n % 100) / 100} {42 + n / 10_000}" for n in range(1_500)) + ",73.0 42.0"


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("position", "coords=POINT(1e400 1e400)"),
        ("position", "coords=POINT(NaN NaN)"),
        ("position", "coords=POINT(" + "9" * 5000 + " 1)"),
        ("position", "coords=" + "(" * 10_000),
        ("position", "coords=POINT EMPTY"),
        ("area", f"coords=POLYGON(({RING}))"),
        ("area", "coords=POLYGON((" + "0 0," * 5_000 + "0 0))"),
        ("area", "coords=POLYGON((0 0,1 1,0 1,1 0,0 0))"),
        ("area", "coords=POLYGON((1e308 1e308,-1e308 1e308,1e308 -1e308,1e308 1e308))"),
        ("area", "coords=" + "GEOMETRYCOLLECTION(" * 900 + "POINT(1 1)" + ")" * 900),
        ("area", "coords=MULTIPOLYGON(" + "((0 0,1 0,1 1,0 0))," * 900 + "((0 0,1 0,1 1,0 0)))"),
        ("area", "coords=POLYGON((0 0,1 0,1 1,0 0)"),
        ("radius", "coords=POINT(74 43)&within=1e308&within-units=km"),
        ("radius", "coords=POINT(74 43)&within=-1&within-units=km"),
        ("radius", "coords=POINT(74 43)&within=nan&within-units=km"),
        ("radius", "coords=POINT(74 43)&within=10&within-units=furlong"),
        ("cube", "bbox=-1e999,0,1,1"),
        ("cube", "bbox=" + "1," * 10_000),
        ("cube", "bbox=1,1,0,0"),
        ("cube", "bbox=nan,nan,nan,nan"),
        ("items", "limit=1000000000"),
        ("items", "limit=-1"),
        ("items", "limit=0"),
        ("items", "limit=" + "9" * 5000),
        ("items", "limit=1.5"),
        ("locations", "limit=1000000000"),
        ("locations", "limit=-5"),
        ("locations", "bbox=" + "1," * 10_000),
    ],
)
def test_places_and_counts_beyond_reason_cost_nothing(served_world: World, kind: str, query: str) -> None:
    """What can be taken for a place may be answered, and then with a small answer; nothing is a fault of ours."""
    status, _, body = asked(served_world, f"{HERE}/{kind}?{query.replace(' ', '%20')}&datetime=2026-05-01")
    assert status in (200, 204, 400, 404, 413, 414), body[:300]
    if status >= 400:
        assert json.loads(body)["status"] == status
    assert len(body) < 200_000


def test_a_bad_place_does_not_pass_for_a_good_one(served_world: World) -> None:
    assert refused(served_world, f"{HERE}/position?coords=POINT(nan%2042)") == 400
    assert refused(served_world, f"/collections/{DAILY}/position?coords=POINT(200%20100)") == 400


def test_a_thousand_connections_that_ask_nothing_keep_nobody_out(served_world: World) -> None:
    host, port = served_world.url.removeprefix("http://").split(":")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_more_files()
    # Both ends of each are open files of this process.
    count = min(1_000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 400) // 2)
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        for number in range(count):
            stream = stack.enter_context(closing(socket.create_connection((host, int(port)), timeout=_PATIENCE)))
            stream.sendall((b"", b"GET / HTTP/1.1\r\nX: ", ONE.encode())[number % 3])
        for _ in range(20):
            assert asked(served_world, f"{ONE}?datetime=2026-05-01")[0] == 200
    assert count > 50


def test_requests_behind_each_other_are_answered_in_their_order(served_world: World) -> None:
    raw = b"".join(b"GET /log/tile/9/%03d HTTP/1.1\r\nHost: a\r\n\r\n" % n for n in range(50)) + WELL
    host, port = served_world.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=_PATIENCE) as stream:
        stream.sendall(raw)
        found = b""
        while piece := stream.recv(1 << 20):
            found += piece
    assert (found.count(b"HTTP/1.1 404"), found.count(b"HTTP/1.1 200")) == (50, 1)
