"""Sealed files in a folder, and in an S3-compatible store with copies beside the reader."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
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
    assert rebuild(reader).segments == 2
    assert Archive(opened(tmp_path, "third")).select(QUESTION).identical(told)


def test_a_lost_original_is_one_line(bucket: Any, tmp_path: Path) -> None:
    fill(tmp_path)
    bucket.objects.all().delete()
    with pytest.raises(RecordError, match=f"could not be fetched in {PLACE}") as fault:
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
    left = [path.name for path in (tmp_path / "reader" / "segments-copies").iterdir() if path.suffix != ".nc"]
    assert left in ([], ["making"])


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
