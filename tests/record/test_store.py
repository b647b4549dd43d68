"""Sealed files in a folder, and in an S3-compatible store with copies beside the reader."""

import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from record import seal
from record.archive import Archive, Record, open_record
from record.archive.rebuild import rebuild
from record.archive.record import check_segments
from record.archive.segment.store import open_store
from record.errors import ConfigError, RecordDamaged, RecordError
from record.selection import Selection
from record.writer import Pen
from tests.example import GATEWAY, KIROV, LOG, network_of_two, say, seen

BUCKET = "arna-test"
PLACE = f"s3://{BUCKET}/segments"
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)
QUESTION = Selection(series=(KIROV,))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an S3 server on this machine."""
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty bucket, and an environment that leads there."""
    said = {"AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hush-hush"}
    for name, value in (said | {"AWS_DEFAULT_REGION": "eu-central-1"}).items():
        monkeypatch.setenv(name, value)
    made = boto3.resource("s3").Bucket(BUCKET)
    made.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield made
    made.objects.all().delete()
    made.delete()


def opened(folder: Path, data: str) -> Record:
    """The record of `folder` as another machine sees it, which keeps its copies in `data`."""
    url = f"sqlite:///{folder / 'record.sqlite'}"
    return open_record(url, network_of_two(), segments=PLACE, data=folder / data)


def fill(folder: Path) -> tuple[Record, Pen]:
    record = opened(folder, "writer")
    pen = Pen(record, gateway=GATEWAY, log=LOG)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(KIROV, 400, "21")], hours=1)
    close(record, pen)
    return record, pen


def close(record: Record, pen: Pen) -> None:
    done = list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None))
    assert [one.fault for one in done] == [None] * len(done)


def names(bucket: Any) -> list[str]:
    return sorted(found.key for found in bucket.objects.all())


@pytest.mark.usefixtures("bucket")
def test_another_machine_reads_from_the_bucket_and_keeps_copies(tmp_path: Path) -> None:
    told = Archive(fill(tmp_path)[0]).select(QUESTION)
    reader = opened(tmp_path, "reader")
    assert Archive(reader).select(QUESTION).identical(told)
    assert len(list((tmp_path / "reader" / "segments-copies").glob("*.nc"))) == 2
    assert check_segments(reader) == 2


def test_copies_need_no_bucket_any_more(bucket: Any, tmp_path: Path) -> None:
    told = Archive(fill(tmp_path)[0]).select(QUESTION)
    bucket.objects.all().delete()
    assert Archive(opened(tmp_path, "writer")).select(QUESTION).identical(told)


@pytest.mark.usefixtures("bucket")
def test_a_damaged_copy_is_fetched_anew(tmp_path: Path) -> None:
    told = Archive(fill(tmp_path)[0]).select(QUESTION)
    copy = min((tmp_path / "writer" / "segments-copies").glob("*.nc"))
    body = copy.read_bytes()
    copy.write_bytes(body[:-1] + b"?")
    assert Archive(opened(tmp_path, "writer")).select(QUESTION).identical(told)
    assert copy.read_bytes() == body


def test_a_damaged_original_is_named_and_healed(bucket: Any, tmp_path: Path) -> None:
    told = Archive(fill(tmp_path)[0]).select(QUESTION)
    original = names(bucket)[0]
    bucket.put_object(Key=original, Body=b"something else")
    reader = opened(tmp_path, "reader")
    with pytest.raises(RecordDamaged, match=f"{Path(original).stem} in {PLACE} is damaged: run `arna rebuild`"):
        Archive(reader).select(QUESTION)
    # The other file, which was fetched beside it, is sound and may lie there.
    left = [path.name for path in (tmp_path / "reader").rglob("*") if path.is_file()]
    assert [name for name in left if ".part" in name or name.startswith(Path(original).stem)] == []
    assert rebuild(reader).segments == 2
    assert Archive(opened(tmp_path, "third")).select(QUESTION).identical(told)


def test_a_lost_original_is_one_line(bucket: Any, tmp_path: Path) -> None:
    fill(tmp_path)
    bucket.objects.all().delete()
    said = f"could not be fetched in {PLACE}: .*, or run `arna rebuild` where it is lost"
    with pytest.raises(RecordError, match=said) as fault:
        Archive(opened(tmp_path, "reader")).select(QUESTION)
    assert "\n" not in str(fault.value)


def test_orphans_are_swept_within_the_prefix_alone(bucket: Any, tmp_path: Path) -> None:
    record, pen = fill(tmp_path)
    before = names(bucket)
    bucket.put_object(Key=f"segments/{'0' * 64}.nc", Body=b"orphan")
    bucket.put_object(Key="others/theirs.nc", Body=b"not ours")
    close(record, pen)
    assert names(bucket) == ["others/theirs.nc", *before]


@pytest.mark.usefixtures("bucket")
def test_many_threads_fetch_the_same_file_at_once(tmp_path: Path) -> None:
    told = Archive(fill(tmp_path)[0]).select(QUESTION)
    archive = Archive(opened(tmp_path, "reader"))
    with ThreadPoolExecutor(8) as pool:
        assert all(found.identical(told) for found in pool.map(lambda _: archive.select(QUESTION), range(16)))
    left = [path.name for path in (tmp_path / "reader").rglob("*") if path.is_file() and path.suffix != ".nc"]
    assert left == []


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_SECRET_ACCESS_KEY"])
def test_a_store_that_cannot_be_reached_is_one_line_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    fill(tmp_path)
    if variable == "AWS_ENDPOINT_URL":
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    else:
        monkeypatch.delenv(variable)
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(RecordError) as fault:
        Archive(opened(tmp_path, "reader")).select(QUESTION)
    assert "\n" not in str(fault.value)
    assert "hush-hush" not in str(fault.value)


def test_an_address_of_no_known_store_is_a_fault_of_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ARNA_SEGMENTS=nowhere://place"):
        open_store("nowhere://place", tmp_path)


def test_a_sealing_process_lets_a_reader_finish_the_copy_that_it_fetches(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, _ = fill(tmp_path)
    told = Archive(record).select(QUESTION)
    shutil.rmtree(tmp_path / "writer")
    reader = opened(tmp_path, "writer")
    system = reader.segments.store._system  # type: ignore[attr-defined]
    get_file = system.get_file

    def get_file_while_another_sweeps(remote: str, local: str) -> None:
        get_file(remote, local)
        seal.sweep(record)

    monkeypatch.setattr(system, "get_file", get_file_while_another_sweeps)
    assert Archive(reader).select(QUESTION).identical(told)


@pytest.mark.usefixtures("bucket")
def test_a_copy_that_another_reader_renewed_is_kept(tmp_path: Path) -> None:
    record, _ = fill(tmp_path)
    copy = min((tmp_path / "writer" / "segments-copies").glob("*.nc"))
    assert record.segments.store.renew(copy.stem)
    assert copy.exists()


def test_a_file_that_is_no_segment_is_left_where_it_lies(bucket: Any, tmp_path: Path) -> None:
    record, pen = fill(tmp_path)
    bucket.put_object(Key="segments/notes.nc", Body=b"not ours")
    close(record, pen)
    assert "segments/notes.nc" in names(bucket)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.nc").touch()
    assert open_store(str(tmp_path / "folder"), tmp_path).names() == set()


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_leaves_the_period_as_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    record = open_record(url, network_of_two(), segments="s3://arna-nowhere/segments", data=tmp_path / "writer")
    pen = Pen(record, gateway=GATEWAY, log=LOG)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    (done,) = seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None)
    assert done.fault is not None
    assert "could not be stored in s3://arna-nowhere/segments: The specified bucket does not exist" in done.fault
    assert "\n" not in done.fault
    assert Archive(record).select(QUESTION).inflow.values.tolist() == [[20.3]]


def test_a_put_that_fails_leaves_the_period_as_rows_until_the_next_sealing(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = opened(tmp_path, "writer")
    pen = Pen(record, gateway=GATEWAY, log=LOG)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(record.segments.store._system, "put_file", lambda *_: 1 / 0)  # type: ignore[attr-defined]
        (done,) = seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None)
    assert done.fault is not None
    assert f"could not be stored in {PLACE}: division by zero" in done.fault
    assert names(bucket) == []
    assert Archive(record).select(QUESTION).inflow.values.tolist() == [[20.3]]
    close(record, pen)
    assert len(names(bucket)) == 1


def test_a_lacking_library_is_a_fault_of_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(import_module("fsspec.registry")._registry, "s3", raising=False)
    with pytest.raises(ConfigError, match=r"ARNA_SEGMENTS=s3://arna-test/segments .*install arna\[s3\]") as fault:
        open_store(PLACE, tmp_path)
    assert "\n" not in str(fault.value)


def test_keys_in_an_address_are_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leave out what stands before @") as fault:
        open_store("s3://key:hush-hush@arna-test/segments", tmp_path)
    assert "hush-hush" not in str(fault.value)
    assert "\n" not in str(fault.value)
