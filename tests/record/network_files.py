"""A small declared network as files, for tests that break it in one place."""

from collections.abc import Mapping
from pathlib import Path

from tests.keys import keys_toml

FILES: Mapping[str, str] = {
    "parties.toml": """\
origin = "arna.example/test"

[report_day]
zone = "Asia/Bishkek"
begins = 08:00:00
issued = 09:30:00
document = "made up for tests"

[[party]]
id = "kg"
names = { en = "Kyrgyzstan", ru = "Кыргызстан" }
zone = "Asia/Bishkek"

[[party.ministries]]
id = "kyrgyzhydromet"
names = { en = "Kyrgyzhydromet" }
role = "observes"

[[party]]
id = "kz"
names = { en = "Kazakhstan" }
zone = "Asia/Almaty"
ministries = [
    { id = "kazhydromet", names = { en = "Kazhydromet" }, role = "observes" },
]
""",
    "basins/talas.toml": """\
[basin]
id = "talas"
names = { en = "Talas" }
source = "made up for tests"

[[site]]
id = "kirov"
kind = "reservoir"
basin = "talas"
river = "talas"
names = { en = "Kirov" }
country = "kg"
lon = 71.6183
lat = 42.6478
capacity = 550
source = "made up for tests"

[[site]]
id = "example-border"
kind = "border"
basin = "talas"
river = "talas"
names = { en = "Border" }
country = "kg/kz"
source = "made up for tests"

[[station]]
id = "kirov:kg"
site = "kirov"
party = "kg"
code = "15954"
names = { en = "Kirov", ru = "Киров", kk = "Киров қоймасы", ky = "Киров суу сактагычы" }
series = ["storage.term", "inflow.daily"]
source = "made up for tests"

[[station]]
id = "example-border:kz"
site = "example-border"
party = "kz"
code = "example-border-kz"
names = { en = "Border" }
series = ["discharge.daily"]
nature = "example"
source = "made up for tests"

[[station]]
id = "example-border:kg"
site = "example-border"
party = "kg"
code = "example-border-kg"
names = { en = "Border" }
series = ["discharge.daily"]
nature = "example"
source = "made up for tests"
""",
    "shares.toml": """\
[[share]]
id = "talas-flow"
basin = "talas"
basis = "flow"
of = "talas"
percent = { kz = 33.3, kg = 66.7 }
in_force = true
valid_from = 2000-01-21
valid_until = 2010-01-01
document = "made up for tests"
source = "made up for tests"

[[share]]
id = "talas-flow-later"
basin = "talas"
basis = "flow"
of = "talas"
percent = { kz = 50, kg = 50 }
in_force = true
valid_from = 2010-01-01
document = "made up for tests"
source = "made up for tests"

[[share]]
id = "kirov-storage"
basin = "talas"
basis = "storage"
of = "kirov"
percent = { kz = 88, kg = 12 }
in_force = true
valid_from = 2000-01-21
document = "made up for tests"
source = "made up for tests"
""",
    "seasons.toml": """\
[[season_plan]]
id = "talas-2024-kz"
basin = "talas"
party = "kz"
begins = 2024-04-01
ends = 2024-10-01
volume = 380
delivered = 418
document = "made up for tests"
source = "made up for tests"

[[season_plan]]
id = "talas-2024-kz-to-july"
basin = "talas"
party = "kz"
begins = 2024-04-01
ends = 2024-07-01
volume = 150
in_force = false
part_of = "talas-2024-kz"
document = "made up for tests"
source = "made up for tests"

[[season_plan]]
id = "talas-2024-kz-autumn"
basin = "talas"
party = "kz"
begins = 2024-10-01
ends = 2024-11-01
volume = 10
document = "made up for tests"
source = "made up for tests"
""",
    "sources.toml": """\
[[source]]
id = "tables"
party = "kg"
kind = "folder"
place = "inbox/tables"
format = "csv-table"
media = "text/csv"
zone = "Asia/Bishkek"
trigger = { every = 60 }

[source.table]
time_heading = "date"
time_format = "%Y-%m-%d"
zone = "Asia/Almaty"

[[source.table.columns]]
heading = "inflow"
station = "15954"
series = "inflow.daily"
unit = "м3/с"

[[source.table.columns]]
heading = "volume"
station = "15954"
series = "storage.term"
unit = "млн м3"

[[source]]
id = "simulated-kg"
party = "kg"
kind = "folder"
place = "inbox/simulated-kg"
format = "kn15"
media = "text/plain"
zone = "Asia/Bishkek"
simulated = true

[source.trigger]
cron = "0 8 * * *"
""",
    "quality.toml": """\
[[gross_range]]
quantity = "storage"
fail = [0, 600]
source = "made up for tests"

[[gross_range]]
quantity = "storage"
station = "kirov:kg"
fail = [0, 550]
suspect = [0, 540]
source = "made up for tests"
""",
    "obligations.toml": """\
[[obligation]]
id = "kg-terms"
party = "kg"
stations = ["kirov:kg"]
series = ["storage.term"]
of = "08:00"
by = "09:00"
weekdays = ["mon", "tue", "wed", "thu", "fri"]
since = 2026-01-01
until = 2027-01-01
verified = true
document = "made up for tests"

[[obligation]]
id = "kg-terms-weekend"
party = "kg"
series = ["kirov:kg.*.term"]
of = 08:00:00
by = 12:00:00
weekdays = ["sat", "sun"]
document = "assumed"

[[obligation]]
id = "kg-days-simulated"
party = "kg"
series = ["*:kg.*.daily"]
of = "00:00"
by = "10:00"
by_days = 1
simulated = true
document = "assumed"
note = "means"

[[watch]]
refused_share = 0.1
stuck_readings = 6
document = "assumed"

[[watch]]
source = "tables"
silent_hours = 26
document = "assumed"
""",
    "keys.toml": keys_toml(urls={"kg": "https://kg.witness.example"}),
}


def write_files(
    folder: Path, changed: Mapping[str, str | None] | None = None, files: Mapping[str, str] = FILES
) -> Path:
    """Write the network into `folder`; `changed` replaces files, or leaves those out that it maps to None."""
    for name, text in {**files, **(changed or {})}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    return folder


def but(name: str, old: str, new: str, files: Mapping[str, str] = FILES) -> str:
    """The text of a file with its one occurrence of `old` replaced."""
    text = files[name]
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    return text.replace(old, new)
