"""Our own KN-15 messages under tests/golden/decode/kn15: raw bytes beside what they say.

Each `<case>.txt` is a message as it would come, each `<case>.json` the time of receipt, the zone, the telegrams by
structure and what `decode` gives. After a wanted change run `python -m tests.ingest.kn15_cases` and read the diff.
"""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.decode.kn15 import decode, read_bulletin
from ingest.decode.kn15.encoding import pieces_of
from tests.ingest.golden import line

FOLDER = Path(__file__).parent.parent / "golden" / "decode" / "kn15"
CASES = sorted(FOLDER.glob("*.txt"))


def plain(value: object) -> Any:
    """A structure with numbers as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def told(case: Path, head: dict[str, str]) -> dict[str, object]:
    """What the decoder makes of a case received at `head["received"]` in `head["zone"]`."""
    body = case.read_bytes()
    received, zone = datetime.fromisoformat(head["received"]), ZoneInfo(head["zone"])
    return {
        "received": head["received"],
        "zone": head["zone"],
        "telegrams": [plain(telegram.to_dict()) for telegram in read_bulletin(pieces_of(body)).telegrams],
        "said": [line(item) for item in decode(body, received, zone)],
    }


def written(case: Path) -> Any:
    """What the case is to say."""
    return json.loads(case.with_suffix(".json").read_text(encoding="utf-8"))


def dumped(view: dict[str, object]) -> str:
    """The JSON text of a case, one telegram or thing said a line."""
    parts = []
    for key, value in view.items():
        items = value if isinstance(value, list) else None
        if items is None:
            parts.append(f' "{key}": {json.dumps(value)}')
        else:
            lines = ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in items)
            parts.append(f' "{key}": [\n{lines}\n ]' if items else f' "{key}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def rewrite() -> None:
    """Write every case anew from what the decoder makes of it now."""
    for case in CASES:
        case.with_suffix(".json").write_text(dumped(told(case, written(case))), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    rewrite()
