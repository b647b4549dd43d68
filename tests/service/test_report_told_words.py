"""Whatever a report tells stands in the catalogues of all languages."""

from dataclasses import replace

import pytest

from service.language import Language, language_called
from service.reports.report import Report
from service.reports.told.tell import paper_of
from service.reports.told.teller import Teller
from tests.service.report_example import Record
from tests.service.report_made import made_report, second
from tests.service.told_example import seal_of


class Asked(dict[str, str | tuple[str, ...]]):
    """Texts that note which of them were asked for and are not there."""

    def __init__(self, texts: dict[str, str | tuple[str, ...]]) -> None:
        super().__init__(texts)
        self.lacking: set[str] = set()

    def get(self, text: str, default: object = None) -> object:  # type: ignore[override]
        """A text, which is noted where it lacks."""
        if text not in self:
            self.lacking.add(text)
        return super().get(text, default)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    """A draft, and a second revision with too many refusals of a period that has not ended."""
    record = Record(tmp_path_factory.mktemp("told-words"))
    first = made_report(record, refusals=100)
    later = replace(first, revision=second(), span=replace(first.span, ended=False, kind="week"), edition="weekly")
    return [first, later]


@pytest.mark.parametrize("code", ["kk", "ky", "ru"])
def test_no_text_is_left_in_english(reports: list[Report], code: str) -> None:
    known = language_called(code)
    asked = Asked(dict(known.texts))
    language = Language(known.code, known.locale, asked, known.plural)
    for report in reports:
        for state in ("final", "provisional", "records differ"):
            for seal in (None, seal_of(report, state, ("kz-example",))):
                paper_of(Teller(report, language), seal, state)
    assert sorted(asked.lacking) == []
