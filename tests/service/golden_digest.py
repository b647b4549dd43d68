"""What the copies of golden reports are, byte for byte: `python -m tests.service.golden_digest`.

Two processes must print the same, whatever their time zone, language, place and order of hashes. With a case behind it
one copy of each form is made of that case alone.
"""

import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from service.reports.copies import write_all
from service.reports.editions import COPIES, FIGURES, Copy
from tests.service.golden_reports import CASES, Goldens

ONE_OF_EACH = (
    FIGURES,
    *(Copy(form=form) for form in ("csv", "nc")),
    *(Copy(form=form, language="ky") for form in ("pdf", "xlsx", "html")),
)


def digests(goldens: Goldens, case: str, copies: Iterable[Copy]) -> Iterator[str]:
    """A line for each copy of each report of a case."""
    for golden in goldens.of(case):
        span = golden.report.span
        for copy, body in write_all(golden.report, copies):
            yield f"{case} {span.label} {copy.form} {copy.language} {sha256(body).hexdigest()}"


def main() -> None:
    """Print the lines of a case, or of all with all their copies."""
    asked = sys.argv[1:]
    with TemporaryDirectory() as folder:
        goldens = Goldens(Path(folder))
        for case in asked or CASES:
            copies = ONE_OF_EACH if asked else (FIGURES, *COPIES)
            sys.stdout.writelines(f"{line}\n" for line in digests(goldens, case, copies))


if __name__ == "__main__":
    main()
