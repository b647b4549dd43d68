"""Amendments: who may, what they must say, and what the record keeps of them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest import amendment
from record.archive import Archive
from record.check import Known, check
from record.entry import Flag, Method
from record.errors import ConfigError, ProofError
from record.proof import note
from tests.example import KIROV, START, say, seen
from tests.keys import GATEWAY, LOG, keys_toml, signer_of
from tests.record.founded import found

NOW = START + timedelta(days=9)
MIDNIGHT = START - timedelta(hours=8)
"""Of 1 May at a Kyrgyz station: the start of the day that the amendment speaks of."""
AMENDER = signer_of("kg.amender.example")
OTHERS = signer_of("kz.amender.example")
KEYS = {
    "keys.toml": keys_toml()
    + "".join(
        f'[[key]]\nrole = "amender"\nparty = "{party}"\nvkey = "{signer.verifier.vkey}"\n'
        for party, signer in (("kg", AMENDER), ("kz", OTHERS))
    )
}
HEAD = """party = "kg"
author = "A. Person, Kyrgyzhydromet"
reason = "the staff was read a metre too high"
"""
VALUE = """
[[value]]
station = "kirov:kg"
series = "inflow.daily"
time = 2026-05-01T08:00:00+06:00
value = "2.50"
unit = "m3/s"
"""


def test_an_amendment_stands_with_author_reason_and_signature_and_the_first_value_is_kept(tmp_path: Path) -> None:
    record, pen = found(tmp_path, KEYS)
    say(pen, "one", [replace(seen(KIROV, 0, "12.5"), time=MIDNIGHT)])
    raw = amendment.signed(HEAD + VALUE, AMENDER, record.network, NOW)
    made = amendment.prepared(raw, record.network, NOW)
    done = pen.append(made.receipt, made.observations, (), NOW, reason=made.reason)
    first, second = Archive(record).history(KIROV, made.observations[0].time)
    assert (str(first.value), str(second.value), second.source) == ("12.5", "2.50", "amendments-kg")
    assert second.reason == (
        "the staff was read a metre too high (A. Person, Kyrgyzhydromet, for kg; signed by kg.amender.example)"
    )
    # Offline, from the receipt alone: the very file, under the party's own signature.
    assert note.verified(made.receipt.body, [AMENDER.verifier]).note.text == HEAD + VALUE
    assert pen.append(made.receipt, made.observations, (), NOW, reason=made.reason).repeated
    assert len(done.entries) == 1
    record.engine.dispose()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("author", "writer"), "author: Field required"),
        (("reason =", "# reason ="), "reason: Field required"),
        (('"the staff was read a metre too high"', '" "'), "reason: String should have at least 3 characters"),
        (('party = "kg"', 'party = "uz"'), "party 'uz': use one of kg, kz"),
        (('station = "kirov:kg"', 'station = "nowhere"'), "no station is called 'nowhere'"),
        (('series = "inflow.daily"', 'series = "intake.daily"'), "has no series intake.daily"),
        (("+06:00", ""), "value.0.time: Input should have timezone info"),
        (('value = "2.50"', "value = 2.50"), "value.0.value: Input should be a valid string"),
        (('value = "2.50"', 'value = "2,50"'), "'2,50' is not a number"),
        (('value = "2.50"', ""), "give either a value, as text, or missing = true"),
        (('unit = "m3/s"', 'unit = "furlong"'), "furlong"),
        (('unit = "m3/s"', 'unit = "m"'), "cannot be turned into"),
        (("2026-05-01", "2027-05-01"), "lies after the receipt"),
        (('unit = "m3/s"', 'unit = "m3/s"\nquality = "fine"'), "quality 'fine' is none of ours"),
        ((VALUE, VALUE + VALUE), "two values of the same series and time"),
        ((VALUE, ""), "value: Field required"),
        (('party = "kg"', "party = "), "not TOML"),
    ],
)
def test_an_amendment_that_cannot_stand_is_refused_whole(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    record, _ = found(tmp_path, KEYS)
    text = (HEAD + VALUE).replace(*change)
    with pytest.raises(ConfigError, match=complaint) as refused:
        amendment.signed(text, AMENDER, record.network, NOW)
    assert "\n" not in str(refused.value)
    record.engine.dispose()


def test_no_party_amends_what_the_other_measured(tmp_path: Path) -> None:
    record, _ = found(tmp_path, KEYS)
    text = (HEAD + VALUE).replace('party = "kg"', 'party = "kz"')
    with pytest.raises(ConfigError, match="kirov:kg is a station of kg"):
        amendment.signed(text, OTHERS, record.network, NOW)
    with pytest.raises(ProofError, match="not that of an amender of kg"):
        amendment.signed(HEAD + VALUE, OTHERS, record.network, NOW)
    forged = note.sign(HEAD + VALUE, [OTHERS])
    with pytest.raises(ProofError, match="no known key signed this note"):
        amendment.prepared(forged, record.network, NOW)
    changed = amendment.signed(HEAD + VALUE, AMENDER, record.network, NOW).replace(b"2.50", b"9.50")
    with pytest.raises(ProofError, match="does not fit the text"):
        amendment.prepared(changed, record.network, NOW)
    with pytest.raises(ProofError, match="the amendment is not signed"):
        amendment.prepared((HEAD + VALUE).encode(), record.network, NOW)
    record.engine.dispose()


def test_a_party_may_say_that_a_value_is_bad_estimated_or_missing(tmp_path: Path) -> None:
    record, _ = found(tmp_path, KEYS)

    def said(*changes: tuple[str, str]) -> tuple[object, Flag, Method]:
        text = HEAD + VALUE
        for change in changes:
            text = text.replace(*change)
        raw = amendment.signed(text, AMENDER, record.network, NOW)
        (one,) = amendment.prepared(raw, record.network, NOW).observations
        return one.value and str(one.value), one.flag, one.method

    unit = 'unit = "m3/s"'
    assert said((unit, f'{unit}\nquality = "bad"')) == ("2.50", Flag.BAD, Method.MEASURED)
    assert said((unit, f'{unit}\nquality = "estimated"')) == ("2.50", Flag.UNKNOWN, Method.ESTIMATED)
    assert said(('value = "2.50"', "missing = true")) == (None, Flag.MISSING, Method.MEASURED)
    record.engine.dispose()


def test_an_amendment_that_is_sent_again_with_other_lines_under_it_is_the_same(tmp_path: Path) -> None:
    """A signature line can be doubled, or a stranger's added, by anyone: it must not bring an old word back."""
    record, pen = found(tmp_path, KEYS)

    def enter(raw: bytes) -> int:
        made = amendment.prepared(raw, record.network, NOW)
        return pen.append(made.receipt, made.observations, (), NOW, reason=made.reason).rows

    first = amendment.signed(HEAD + VALUE, AMENDER, record.network, NOW)
    second = amendment.signed((HEAD + VALUE).replace("2.50", "3.75"), AMENDER, record.network, NOW)
    assert (enter(first), enter(second)) == (1, 1)
    line = first.splitlines(keepends=True)[-1]
    stranger = note.sign(HEAD + VALUE, [OTHERS]).splitlines(keepends=True)[-1]
    for more in (line, stranger, stranger + line):
        assert enter(first + more) == 0
    assert str(Archive(record).history(KIROV, MIDNIGHT)[-1].value) == "3.75"
    record.engine.dispose()


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = 1e99999999999999999999", (HEAD + VALUE).replace("2026-05-01T", "0001-01-01T")]
)
def test_whatever_is_written_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    record, _ = found(tmp_path, KEYS)
    with pytest.raises(ConfigError) as refused:
        amendment.signed(text, AMENDER, record.network, NOW)
    assert "\n" not in str(refused.value)
    record.engine.dispose()


def test_author_and_reason_stand_beside_a_value_where_none_stood_before_too(tmp_path: Path) -> None:
    record, pen = found(tmp_path, KEYS)
    made = amendment.prepared(amendment.signed(HEAD + VALUE, AMENDER, record.network, NOW), record.network, NOW)
    pen.append(made.receipt, made.observations, (), NOW, reason=made.reason)
    (only,) = Archive(record).history(KIROV, MIDNIGHT)
    assert only.reason == made.reason
    with record.engine.connect() as connection:
        assert check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier)) == Archive(record).size()
    record.engine.dispose()
