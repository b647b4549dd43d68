"""XML from the world: what is refused before it is read, and the times that it writes."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from ingest.written import xml_tree
from ingest.written.xml_tree import fragment, fragments, loose_text, offset_of, parsed, stamp_of

BISHKEK, ALMATY, BERLIN = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty"), ZoneInfo("Europe/Berlin")


def tree(text: str) -> xml_tree.Element:
    root = parsed(text.encode())
    assert not isinstance(root, str), root
    return root


def refusal(text: str) -> str:
    found = parsed(text.encode())
    assert isinstance(found, str), text
    return found


def test_entities_and_document_types_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'
    for text in (bomb, outside, "<!DOCTYPE a><a/>", '<!DOCTYPE a SYSTEM "http://x.example/a.dtd"><a/>'):
        assert "document type" in refusal(text)


def test_a_tree_that_is_too_deep_is_refused() -> None:
    assert isinstance(parsed(b"<a>" * 60 + b"</a>" * 60), xml_tree.Element)
    assert refusal("<a>" * 61 + "</a>" * 61) == "its elements lie more than 60 deep"


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MAX_ELEMENTS", 5)
    assert not isinstance(parsed(b"<a>" + b"<b/>" * 4 + b"</a>"), str)
    assert "more than 5 elements" in refusal("<a>" + "<b/>" * 5 + "</a>")


def test_too_many_namespaces_around_one_element_are_refused() -> None:
    def around(number: int) -> str:
        return "<a " + " ".join(f'xmlns:n{one}="http://x.example/{one}"' for one in range(number)) + "/>"

    tree(around(100))
    assert "more than 100 namespaces" in refusal(around(101))
    # Side by side they are not too many.
    tree("<a>" + "<b xmlns='http://x.example'/>" * 300 + "</a>")


def test_laden_elements_are_refused() -> None:
    tree("<a " + " ".join(f'b{one}="1"' for one in range(100)) + "/>")
    assert "more than 100 attributes" in refusal("<a " + " ".join(f'b{one}="1"' for one in range(101)) + "/>")
    tree(f'<a><b c="{"x" * 10_000}"/></a>')
    assert "over 10000 signs" in refusal(f'<a><b c="{"x" * 10_001}"/></a>')


@pytest.mark.parametrize(
    "text", ["", "<a", "<a></b>", "\0", '<?xml version="1.0" encoding="nobody"?><a/>', "<a>&b;</a>"]
)
def test_what_is_not_xml_is_refused_in_one_line(text: str) -> None:
    assert refusal(text).startswith("not XML that can be read: ")
    assert "\n" not in refusal(text)


def test_the_encoding_is_the_document_s_own() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?><a>пост</a>'
    root = parsed(text.encode("cp1251"))
    assert not isinstance(root, str)
    assert root.text == "пост"


def test_a_fragment_is_written_without_the_namespaces_around_it() -> None:
    root = tree("<a xmlns='http://x.example' xmlns:q='http://q.example'><q:b xmlns:c='u' c:d='&lt;'>1</q:b> <e/></a>")
    assert fragment(root[0]) == b'<q:b xmlns:c="u" c:d="&lt;">1</q:b>'
    assert fragments(root) == b'<q:b xmlns:c="u" c:d="&lt;">1</q:b>\n<e/>'
    assert b'xmlns:q="http://q.example"' in fragment(root)


def test_no_more_of_an_element_is_kept_than_is_allowed() -> None:
    root = tree("<a>" + f"<b>{'1' * 1500}</b>" * 5 + "</a>")
    assert len(fragment(root)) == xml_tree.KEPT
    assert len(fragments(root)) == xml_tree.KEPT


def test_loose_text_is_what_stands_in_no_known_element() -> None:
    root = tree("<a> x <v>1<w>2</w></v>y<u>z<v>3</v><w>4</w></u> </a>")
    assert loose_text(root, "v") == ["x", "y", "z", "4"]
    assert loose_text(root, "v", "u") == ["x", "y"]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-05-31T08:00:00", utc(2026, 5, 31, 2)),
        ("2026-05-31T08:00", utc(2026, 5, 31, 2)),
        ("2026-05-31T08:00:00.25Z", utc(2026, 5, 31, 8, 0, 0, 250_000)),
        ("2026-05-31T08:00:00.123456789012Z", utc(2026, 5, 31, 8, 0, 0, 123_456)),
        ("2026-05-31T08:00:00+05:00", utc(2026, 5, 31, 3)),
        ("2026-05-31T08:00:00-0330", utc(2026, 5, 31, 11, 30)),
        ("2026-05-31T08:00:00+14", utc(2026, 5, 30, 18)),
        ("2026-05-31", utc(2026, 5, 30, 18)),
        ("2026-05-31Z", utc(2026, 5, 31)),
        ("2026-12-31T24:00:00", utc(2026, 12, 31, 18)),
        ("2028-02-29", utc(2028, 2, 28, 18)),
    ],
)
def test_a_stamp_is_a_time_of_its_own_offset_or_of_the_zone(text: str, wanted: datetime) -> None:
    found = stamp_of(text, BISHKEK)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-05", "2026-5-31", "31.05.2026", "20260531T080000", "2026-05-31 08:00:00", "2026-W22-7",
        "2026-02-29", "2026-13-01", "2026-05-31T25:00:00", "2026-05-31T24:00:01", "2026-05-31T24:00:00.5",
        "2026-05-31T23:59:60", "2026-05-31T08:00:00+15:00", "2026-05-31T08:00:00+99:99", "2026-05-31T08:00:00 Z",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0999-12-31", "3000-01-01", "-2026-05-31",
        "٢٠٢٦-05-31", "2026-05-31T08:00:00." + "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_stamp_is_said_in_words(text: str) -> None:
    found = stamp_of(text, BISHKEK)
    assert isinstance(found, str)
    assert len(found) < 200


def test_an_hour_that_came_twice_or_never_names_no_moment() -> None:
    assert "twice in Asia/Almaty" in str(stamp_of("2024-02-29T23:30:00", ALMATY))
    assert "never in Europe/Berlin" in str(stamp_of("2026-03-29T02:30:00", BERLIN))
    assert stamp_of("2026-03-29T02:30:00Z", BERLIN) == utc(2026, 3, 29, 2, 30)


def test_a_day_begins_even_where_its_midnight_came_twice() -> None:
    havana = ZoneInfo("America/Havana")
    day = stamp_of("2026-11-01", havana)
    assert isinstance(day, datetime)
    assert day.astimezone(UTC) == utc(2026, 11, 1, 4)


@pytest.mark.parametrize(
    ("text", "minutes"), [("Z", 0), ("UTC", 0), ("GMT", 0), ("+06:00", 360), ("-0330", -210), ("+05", 300)]
)
def test_an_offset_is_a_zone(text: str, minutes: int) -> None:
    zone = offset_of(text)
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(minutes=minutes)
    assert isinstance(zone, timezone)


@pytest.mark.parametrize("text", ["", "6", "+6", "+15:00", "Asia/Bishkek", "../Bishkek", "+06:00:00", "z"])
def test_anything_else_is_no_offset(text: str) -> None:
    assert offset_of(text) is None
