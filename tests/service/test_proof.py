"""Proofs of what was issued and sealed, how the record stands, and approvals, over HTTP."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from record import leaf as leaves
from record.proof import inclusion, note, tree
from record.proof.policy import parse
from record.seal import seal
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.arna.printed import issue
from tests.example import KIROV, say, seen
from tests.keys import APPROVERS, LOG
from tests.record.founded import approval_of, declared, open_with
from tests.service.house import NOW, House, now

HERE = f"/collections/talas-daily/locations/{KIROV.partition('.')[0]}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    settings = Settings(config=house.folder / "config", data=house.folder)
    with TestClient(create_app(settings, now=now), raise_server_exceptions=False) as made:
        yield made


def verified(house: House, raw: bytes) -> leaves.Leaf:
    """What the entry of a proof says, once the proof has been checked by the policy of both."""
    proof = inclusion.parse(raw)
    assert proof.extra is not None
    inclusion.verify(proof, tree.leaf_hash(proof.extra), LOG.name, house.policy)
    return leaves.decode(proof.extra)


def test_an_issued_report_is_proved_by_the_hash_of_its_bytes(house: House, client: TestClient) -> None:
    issued = issue(house.record, house.pen, house.folder, date(2026, 5, 1), now)
    house.cosign("kg", "kz")
    _, one = client.get("/reports/daily/2026-05-01/issued").json()["issued"]
    assert one["entry"] == issued.entry
    said = verified(house, client.get(one["proof"]).content).content["report"]
    assert client.get("/proof?report=2026-05-01").content == client.get(one["proof"]).content
    for form in one["forms"]:
        body = client.get(form["href"]).content
        digest = hashlib.sha256(body).hexdigest()
        assert {"name": form["name"], "sha256": digest} in said["forms"]
        assert body == (issued.folder / form["name"]).read_bytes()
    assert client.get(f"/reports/daily/2026-05-01/issued/{issued.entry}/other.html").status_code == 404


def test_a_segment_is_proved_by_its_seal(house: House, client: TestClient) -> None:
    assert [one.fault for one in seal(house.record, house.pen, now, lambda: None)] == [None]
    house.pen.checkpoint(NOW)
    house.cosign("kg", "kz")
    (one,) = client.get("/segments").json()["segments"]
    body = client.get(one["href"]).content
    said = verified(house, client.get(one["proof"]).content).content["segment"]
    assert (said["sha256"], said["bytes"]) == (hashlib.sha256(body).hexdigest(), len(body))


def test_several_proofs_come_as_a_zip(house: House, client: TestClient) -> None:
    house.cosign("kg", "kz")
    answer = client.get("/proof?entry=4,6,4")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.namelist() == ["entry-4.tlog-proof", "entry-6.tlog-proof"]
        assert verified(house, packed.read("entry-6.tlog-proof")).content["rows"][0][2] == "2.5"
    assert client.get("/proof?entry=4,6,4").content == answer.content
    assert client.get("/proof?entry=" + ",".join(map(str, range(1001)))).status_code == 400


def test_what_both_signed_is_final_and_what_one_lacks_waits(house: House, client: TestClient) -> None:
    before = client.get(HERE)
    assert before.headers["arna-record-state"] == "provisional"
    house.cosign("kg", "kz")
    assert client.get("/log/final").content == client.get("/log/checkpoint").content
    standing = client.get("/log/standing").json()
    assert standing["state"] == "final"
    assert standing["sentence"].startswith("Both countries hold the same record (Kyrgyzstan 20")
    assert client.get(HERE).headers["arna-record-state"] == "final"
    say(house.pen, "one more", [seen(KIROV, 5, "1")], hours=24 * 5)
    house.pen.checkpoint(NOW + timedelta(minutes=10))
    house.cosign("kg", at=NOW + timedelta(minutes=11))
    standing = client.get("/log/standing").json()
    assert (standing["state"], standing["final_size"], standing["checkpoint_size"]) == ("provisional", 7, 8)
    local = (NOW + timedelta(minutes=10)).astimezone(house.record.network.report_day.tz)
    assert standing["sentence"] == (
        f"Provisional after entry 6: waiting for Kazakhstan since {local.isoformat(sep=' ', timespec='minutes')}."
    )
    assert client.get(HERE).headers["arna-record-state"] == "provisional"
    assert client.get(f"{HERE}?as-of=7").headers["arna-record-state"] == "final"
    assert client.get("/health").json()["record"] == standing["sentence"]


def test_the_page_of_a_report_says_how_the_record_stands_and_the_issued_one_does_not(
    house: House, client: TestClient
) -> None:
    issued = issue(house.record, house.pen, house.folder, date(2026, 5, 1), now)
    page = client.get("/reports/daily/2026-05-01?f=html")
    assert page.headers["arna-record-state"] == "provisional"
    assert "waiting for Kyrgyzstan since" in page.text
    house.cosign("kg", "kz")
    page = client.get("/reports/daily/2026-05-01?f=html")
    assert page.headers["arna-record-state"] == "final"
    assert "Both countries hold the same record (Kyrgyzstan" in page.text
    assert "Both countries hold" not in issued.path("html", "kk").read_text()
    for place in (f"/history?series={KIROV}&time=2026-05-01T02:00:00Z", "/latest?collection=talas-daily"):
        assert client.get(place).headers["arna-record-state"] == "final"


def test_a_proof_is_under_the_final_checkpoint_where_one_covers_the_entry(house: House, client: TestClient) -> None:
    house.cosign("kg", "kz")
    say(house.pen, "one more", [seen(KIROV, 5, "1")], hours=24 * 5)
    house.pen.checkpoint(NOW)
    assert verified(house, client.get("/proof?entry=6").content).kind == leaves.BATCH
    assert b"\n8\n" in client.get("/proof?entry=7").content


def test_an_alarm_is_shown_with_its_evidence(house: House, client: TestClient) -> None:
    house.cosign("kg", "kz")
    house.pen.alarm("fork", "witness kz says so", b"two notes", NOW)
    house.pen.alarm("fork", "witness kz says so", b"two notes", NOW)
    standing = client.get("/log/standing").json()
    assert (standing["state"], standing["sentence"][:14]) == ("records differ", "RECORDS DIFFER")
    (one,) = client.get("/log/alarms").json()["alarms"]
    assert client.get(one["evidence"]).content == b"two notes"
    assert client.get(HERE).headers["arna-record-state"] == "records differ"


def test_the_policy_and_the_receipts_are_served(house: House, client: TestClient) -> None:
    assert parse(client.get("/log/policy").text).verifiers == house.policy.verifiers
    body = b"day 1"
    answer = client.get(f"/log/receipt/{hashlib.sha256(body).hexdigest()}")
    assert answer.content == body
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_approval_that_is_sent_is_laid_into_the_inbox(house: House, client: TestClient) -> None:
    assert client.get("/network").json()["proposal"] is None
    assert client.post("/network/approvals", content=b"x").status_code == 404
    record, pen = open_with(house.folder, declared(house.folder / "other", {"seasons.toml": "# none\n"}))
    pen.declare(NOW)
    said = client.get("/network").json()["proposal"]
    assert [name.split()[0] for name in said["lacks"]] == ["kg.approver.example", "kz.approver.example"]
    approval = approval_of(record, APPROVERS["kg"])
    assert note.parse(approval).text == client.get("/network/proposal").text
    assert client.post("/network/approvals", content=b"x" * 5000).status_code == 400
    assert "this approves nothing" in client.post("/network/approvals", content=b"x").json()["description"]
    answer = client.post("/network/approvals", content=approval)
    assert (answer.status_code, answer.json()["approved_by"].split()[0]) == (202, "kg.approver.example")
    (laid,) = (house.folder / "approvals").glob("*.note")
    assert laid.read_bytes() == approval


def test_a_version_that_comes_into_force_is_served_without_a_new_start(house: House, client: TestClient) -> None:
    other = declared(house.folder / "other", {"seasons.toml": "# none\n"})
    record, pen = open_with(house.folder, other)
    pen.declare(NOW)
    app = client.app
    assert isinstance(app, FastAPI)
    assert not renewal.renew(app)
    for approver in APPROVERS.values():
        pen.approve(approval_of(record, approver), NOW)
    assert renewal.renew(app)
    assert client.get("/network").json()["version"] == other.version
    assert not renewal.renew(app)
