"""The small declared network of `network_files`, with all that hydrology declares, for tests that break it."""

from collections.abc import Mapping

from tests.record.network_files import FILES

_POST = """
[[site]]
id = "{0}"
kind = "post"
basin = "talas"
river = "talas"
names = {{ en = "{0}" }}
country = "kg"
source = "made up for tests"

[[station]]
id = "{0}:kg"
site = "{0}"
party = "kg"
code = "{1}"
names = {{ en = "{0}" }}
series = ["level.term", "level.daily", "discharge.term", "discharge.daily", "discharge.monthly"]
source = "made up for tests"
"""
_POSTS = _POST.format("upper", "15259") + _POST.format("lower", "15261")
_KIROV = 'series = ["storage.term", "storage.daily", "level.term", "inflow.term", "inflow.daily", "release.daily"]'

HYDROLOGY: Mapping[str, str] = {
    **FILES,
    "basins/talas.toml": FILES["basins/talas.toml"].replace('series = ["storage.term", "inflow.daily"]', _KIROV)
    + _POSTS,
    "basins/chu.toml": """\
[basin]
id = "chu"
names = { en = "Chu" }
source = "made up for tests"

[[site]]
id = "kochkorka"
kind = "post"
basin = "chu"
river = "chu"
names = { en = "Kochkorka" }
country = "kg"
source = "made up for tests"

[[station]]
id = "kochkorka:kg"
site = "kochkorka"
party = "kg"
code = "15102"
names = { en = "Kochkorka" }
series = ["discharge.daily"]
source = "made up for tests"
""",
    "quality.toml": """\
[[gross_range]]
quantity = "storage"
fail = [0, 550]
suspect = [0, 540]
source = "made up for tests"

[[gross_range]]
quantity = "surface"
station = "kirov:kg"
fail = [0, 30]
source = "made up for tests"

[[climatology]]
quantity = "discharge"
source = "made up for tests"

[[rate_of_change]]
quantity = "level"
interval = "term"
months = [4, 5]
suspect = 0.2
fail = 0.4
source = "made up for tests"

[[rate_of_change]]
quantity = "level"
interval = "term"
months = [6, 7]
suspect = 0.3
source = "made up for tests"

[[rate_of_change]]
quantity = "level"
station = "lower:kg"
interval = "term"
suspect = 0.1
source = "made up for tests"

[[spike]]
quantity = "level"
suspect = 1
source = "made up for tests"

[[flat_line]]
quantity = "level"
tolerance = 0
suspect_hours = 48
fail_hours = 72
source = "made up for tests"

[[gap]]
quantity = "level"
hours = 25
source = "made up for tests"

[[neighbour]]
station = "lower:kg"
series = "discharge.daily"
upstream = "upper:kg"
upstream_series = "discharge.daily"
lag_hours = 24
low = 0.5
high = 2
source = "made up for tests"

[[mass_balance]]
station = "kirov:kg"
storage = "storage.term"
inflow = "inflow.daily"
release = "release.daily"
suspect = 2
source = "made up for tests"

[[rating_residual]]
station = "lower:kg"
level = "level.term"
discharge = "discharge.term"
suspect = 10
fail = 20
source = "made up for tests"
""",
    "curves.toml": """\
[[rating_curve]]
id = "lower-1"
station = "lower:kg"
valid_from = 2020-01-01
valid_until = 2026-01-01
lowest = 1.5
highest = 3
limit_low = 1.25
limit_high = 3.5
document = "made up for tests"
source = "made up for tests"
error_percent = 5
segments = [
    { above = 1.2, a = 10, b = -1, c = 2 },
    { above = 2, a = 10.2, b = -1, c = 2.5 },
]

[[rating_curve]]
id = "lower-2"
station = "lower:kg"
valid_from = 2026-01-01
points = [[1, 0], [2, 10], [3, 57]]
lowest = 1
highest = 3
limit_low = 1
limit_high = 3
document = "made up for tests"
source = "made up for tests"

[[rating_curve]]
id = "lower-twin"
station = "lower:kg"
valid_from = 2020-01-01
points = [[1, 0], [2, 10]]
lowest = 1
highest = 2
limit_low = 1
limit_high = 2
simulated = true
document = "made up for tests"
source = "made up for tests"

[[shift]]
station = "lower:kg"
valid_from = 2025-01-01
valid_until = 2025-02-01
at_begin = 0.02
at_end = 0
document = "made up for tests"
source = "made up for tests"

[[reservoir_curve]]
id = "kirov"
station = "kirov:kg"
valid_from = 2020-01-01
points = [[0, 0, 0], [20, 100, 10], [40, 550, 26.5]]
document = "made up for tests"
source = "made up for tests"
""",
    "derived.toml": """\
[[derived]]
station = "lower:kg"
series = "discharge.term"
by = "rating"
inputs = [{ series = "lower:kg.level.term" }]
document = "made up for tests"
source = "made up for tests"

[[derived]]
station = "kirov:kg"
series = "storage.term"
by = "reservoir-curve"
inputs = [{ series = "kirov:kg.level.term" }]
document = "made up for tests"
source = "made up for tests"

[[derived]]
station = "kirov:kg"
series = "surface.term"
by = "reservoir-curve"
inputs = [{ series = "kirov:kg.level.term" }]
document = "made up for tests"
source = "made up for tests"

[[derived]]
station = "kirov:kg"
series = "inflow.daily"
by = "balance"
inputs = [{ series = "kirov:kg:computed.storage.term" }, { series = "kirov:kg.release.daily" }]
document = "made up for tests"
source = "made up for tests"

[[derived]]
station = "kirov:kg"
series = "inflow.term"
by = "weighted-sum"
inputs = [
    { series = "upper:kg.discharge.term", weight = 0.9 },
    { series = "lower:kg:computed.discharge.term", weight = 0.3, lag_days = 1 },
]
document = "made up for tests"
source = "made up for tests"

[[derived]]
station = "lower:kg"
series = "discharge.term"
by = "rating"
inputs = [{ series = "lower:kg.level.term" }]
simulated = true
document = "made up for tests"
source = "made up for tests"

[[balance]]
station = "kirov:kg"
evaporation_mm = [0, 0, 20, 60, 100, 140, 160, 140, 90, 40, 10, 0]
storage_error = 0.1
release_error_percent = 5
window_days = 3
document = "made up for tests"
source = "made up for tests"
""",
    "accounts.toml": """\
[figures]
completeness_percent = 80
base_from = 1991
base_until = 2020
min_years = 10
season_begins = 4
season_ends = 10
classes = [0.1, 0.25, 0.75, 0.9]
document = "made up for tests"

[[resource]]
share = "talas-flow"
counted = [{ site = "kirov", quantity = "inflow" }]
document = "made up for tests"
source = "made up for tests"

[[resource]]
share = "kirov-storage"
counted = [{ site = "kirov", quantity = "storage", party = "kg" }]
document = "made up for tests"
source = "made up for tests"

[[delivery]]
basin = "talas"
party = "kz"
counted = [{ site = "example-border", quantity = "discharge", party = "kz" }]
document = "made up for tests"
source = "made up for tests"

[[delivery]]
basin = "talas"
party = "kz"
counted = [{ site = "example-border", quantity = "discharge", party = "kg" }]
border = true
document = "made up for tests"
source = "made up for tests"

[[reach]]
id = "kirov-border"
basin = "talas"
above = [{ site = "kirov", quantity = "release" }]
below = [{ site = "lower", quantity = "discharge" }]
loss_percent = 25
document = "made up for tests"
source = "made up for tests"

[[gate]]
site = "example-border"
quantity = "discharge"
tolerance_percent = 5
tolerance = 0.1
document = "made up for tests"
source = "made up for tests"
""",
    "access.toml": """\
[access]
reading = "parties"
origins = ["https://water.example.kz", "http://localhost:8080"]
document = "made up for tests"

[access.anyone]
requests_a_minute = 60
points_a_minute = 100_000
answers_at_once = 8
long_answers = 1

[access.party]
requests_a_minute = 600
points_a_minute = 1_000_000
answers_at_once = 16
long_answers = 2
""",
    "rivers.toml": """\
[[river]]
id = "talas"
basin = "talas"
names = { en = "Talas" }
course = ["upper", "lower", "kirov"]
line = [[72.5, 42.5], [71.6, 42.6], [71.5, 42.9]]
source = "made up for tests"

[[river]]
id = "besh-tash"
basin = "talas"
names = { en = "Besh-Tash" }
into = "talas"
after = "upper"
source = "made up for tests"

[[river]]
id = "chu"
basin = "chu"
names = { en = "Chu" }
course = ["kochkorka"]
source = "made up for tests"
""",
}
