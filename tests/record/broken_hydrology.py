"""What can be wrong with what hydrology declares, each once: rows for `test_network_rules`.

File, what stands there, what is written instead, the words of the complaint, its line counted from the change.
"""

QUALITY, CURVES, DERIVED, ACCOUNTS = "quality.toml", "curves.toml", "derived.toml", "accounts.toml"

SEGMENT = "{ above = 2, a = 10.2, b = -1, c = 2.5 }"
TABLE = "points = [[1, 0], [2, 10], [3, 57]]"
POOL = "points = [[0, 0, 0], [20, 100, 10], [40, 550, 26.5]]"
BALANCE = 'inputs = [{ series = "kirov:kg:computed.storage.term" }, { series = "kirov:kg.release.daily" }]'
RATED = 'series = "discharge.term"\nby = "rating"\ninputs = [{ series = "lower:kg.level.term" }]\ndocument'
STORED = 'series = "storage.term"\nby = "reservoir-curve"\ninputs = [{ series = "kirov:kg.level.term" }]'
SUMMED = """series = "inflow.term"
by = "weighted-sum"
inputs = [
    { series = "upper:kg.discharge.term", weight = 0.9 },
    { series = "lower:kg:computed.discharge.term", weight = 0.3, lag_days = 1 },
]"""
MONTHLY = SUMMED.replace(".term", ".monthly").replace("lower:kg:computed", "lower:kg")
AGAIN = f'[[derived]]\nstation = "lower:kg"\n{RATED} = "x"\nsource = "x"\n\n'
CLOSED = '[[balance]]\nstation = "kirov:kg"\nevaporation_mm'
RATE = "months = [4, 5]\nsuspect = 0.2\nfail = 0.4\n"
FLOWED = 'counted = [{ site = "kirov", quantity = "inflow" }]'
STOCK = 'counted = [{ site = "kirov", quantity = "storage", party = "kg" }]'
BORDER_KZ = 'counted = [{ site = "example-border", quantity = "discharge", party = "kz" }]'
BELOW = 'below = [{ site = "lower", quantity = "discharge" }]'
PLAN = 'party = "kg" }]\nborder = true\n'

BROKEN: list[tuple[str, str, str, str, int | None]] = [
    # thresholds
    (QUALITY, '[[climatology]]\nquantity = "discharge"', '[[climatology]]\nquantity = "flow"', "quantity 'flow' is", 1),
    (QUALITY, RATE, RATE + 'station = "lowest:kg"\n', "station 'lowest:kg' is not declared: declare it", 3),
    (QUALITY, 'station = "lower:kg"\ninterval = "term"', 'station = "lower:kg"\ninterval = "terms"',
     "interval 'terms' is not one of ours: use one of term", 1),
    (QUALITY, 'station = "lower:kg"\ninterval = "term"', 'station = "lower:kg"\ninterval = "hourly"',
     "station 'lower:kg' has no series of level at the interval hourly", -1),
    (QUALITY, "months = [4, 5]", "months = [4, 13]", "months [4, 13] must be numbers from 1 to 12, each once", 0),
    (QUALITY, "months = [4, 5]", "months = [4, 4]", "months [4, 4] must be numbers from 1 to 12, each once", 0),
    (QUALITY, "months = [4, 5]", "months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]", "months names the whole year", 0),
    (QUALITY, "lag_hours = 24", "lag_hours = 24\nmonths = [0]", "months [0] must be numbers from 1 to 12", 1),
    (QUALITY, RATE, RATE.replace("0.2", "0"), "suspect 0 of this rate_of_change must be more than 0", 1),
    (QUALITY, "fail = 0.4", "fail = 0.1", "fail 0.1 of this rate_of_change must not lie below suspect", 0),
    (QUALITY, '[[climatology]]\n', '[[climatology]]\nlow = 99\n', "low 99 of this climatology must be a percentile", 1),
    (QUALITY, '[[climatology]]\n', '[[climatology]]\nhigh = 101\n', "low 1 of this climatology must be a percentil", 0),
    (QUALITY, '[[climatology]]\n', '[[climatology]]\nmargin = -1\n', "margin -1 of this climatology must be 0 or", 1),
    (QUALITY, '[[climatology]]\n', '[[climatology]]\nwindow_days = 46\n', "window_days 46 of this climatology", 1),
    (QUALITY, '[[climatology]]\n', '[[climatology]]\nmin_years = 0\n', "min_years 0 of this climatology must be 1", 1),
    (QUALITY, "tolerance = 0", "tolerance = -1", "tolerance -1 of this flat_line must be 0 or more", 0),
    (QUALITY, "suspect_hours = 48", "suspect_hours = 0", "suspect_hours 0 of this flat_line must be more than 0", 0),
    (QUALITY, "fail_hours = 72", "fail_hours = 24", "fail_hours 24 of this flat_line must not lie below suspect", 0),
    (QUALITY, "hours = 25", "hours = 0", "hours 0 of this gap must be more than 0", 0),
    (QUALITY, "low = 0.5", "low = 2.5", "low 2.5 of this neighbour must be 0 or more, and below high", 0),
    (QUALITY, "lag_hours = 24", "lag_hours = -1", "lag_hours -1 of this neighbour must be 0 or more: water runs", 0),
    (QUALITY, "months = [6, 7]", "months = [5, 6]", "this rate_of_change holds for the same readings as the one", -3),
    (QUALITY, "[[mass_balance]]\n", '[[neighbour]]\nstation = "lower:kg"\nseries = "discharge.daily"\nlag_hours = 0\n'
     'upstream = "upper:kg"\nupstream_series = "discharge.daily"\nlow = 1\nhigh = 2\nsource="x"\n\n[[mass_balance]]\n',
     "this neighbour holds for the same readings as the one", 0),
    (QUALITY, 'upstream = "upper:kg"', 'upstream = "lower:kg"', "'lower:kg' cannot stand upstream of itself", 0),
    (QUALITY, 'upstream = "upper:kg"', 'upstream = "highest:kg"', "station 'highest:kg' is not declared", 0),
    (QUALITY, 'upstream = "upper:kg"', 'upstream = "kochkorka:kg"', "'kochkorka:kg' and 'lower:kg' stand in differ", 0),
    (QUALITY, 'upstream_series = "discharge.daily"', 'upstream_series = "discharge.hourly"',
     "station 'upper:kg' has no series 'discharge.hourly': it has level.term", 0),
    (QUALITY, 'upstream_series = "discharge.daily"', 'upstream_series = "flow.daily"', "quantity 'flow' is not one", 0),
    (QUALITY, 'release = "release.daily"', 'release = "inflow.daily"', "release 'inflow.daily' must be a series of", 0),
    (QUALITY, 'storage = "storage.term"', 'storage = "storage.hourly"', "'kirov:kg' has no series 'storage.hourly'", 0),
    (QUALITY, 'level = "level.term"', 'level = "level.daily"', "level.daily and discharge.term are not read togeth", 1),
    (QUALITY, '[[rating_residual]]\nstation = "lower:kg"', '[[rating_residual]]\nstation = "upper:kg"',
     "station 'upper:kg' has no rating curve: declare one", 1),
    # curves
    (CURVES, 'id = "lower-1"', 'id = "Lower 1"', "rating curve id 'Lower 1' is not plain", 0),
    (CURVES, 'id = "lower-2"', 'id = "lower-1"', "rating curve id 'lower-1' is already taken at", 0),
    (CURVES, 'id = "lower-1"\nstation = "lower:kg"', 'id = "lower-1"\nstation = "lowest:kg"', "'lowest:kg' is not", 1),
    (CURVES, 'id = "lower-1"\nstation = "lower:kg"', 'id = "lower-1"\nstation = "kochkorka:kg"',
     "station 'kochkorka:kg' has no series of level to read a curve by", 1),
    (CURVES, 'id = "kirov"\nstation = "kirov:kg"', 'id = "kirov"\nstation = "upper:kg"', "'upper:kg' stands at no", 1),
    (CURVES, "valid_until = 2026-01-01", "valid_until = 2020-01-01", "curve of lower:kg ends on 2020-01-01, before", 0),
    (CURVES, "valid_until = 2025-02-01", "valid_until = 2024-02-01", "curve of lower:kg ends on 2024-02-01, before", 0),
    (CURVES, "valid_from = 2026-01-01\n", "valid_from = 2025-12-31\n", "this curve of lower:kg holds at the same t", 0),
    (CURVES, TABLE + "\n", "", "rating curve 'lower-2' needs either segments or points", -3),
    (CURVES, TABLE, f"{TABLE}\nsegments = [{SEGMENT}]", "rating curve 'lower-2' needs either segments or points", -3),
    (CURVES, "lowest = 1.5", "lowest = 1.1", "limit_low 1.25, lowest 1.1, highest 3 and limit_high 3.5 must rise", 0),
    (CURVES, "limit_high = 3.5", "limit_high = 2.5", "highest 3 and limit_high 2.5 must rise in this order", -3),
    (CURVES, "[[1, 0], [2, 10], [3, 57]]", "[[1, 0], [2, 10]]", "'lower-2' does not cover all levels from lowest", 1),
    (CURVES, "above = 1.2", "above = 1.6", "'lower-1' does not cover all levels from lowest to highest", -8),
    (CURVES, "error_percent = 5", "error_percent = 0", "error_percent 0 must be more than 0", 0),
    (CURVES, "a = 10, b = -1", "a = -10, b = -1", "segment 1 of 'lower-1' does not rise: a -10 and c 2 must be", -1),
    (CURVES, "a = 10, b = -1", "a = 10, b = -1.3", "segment 1 of 'lower-1' asks for a power of -0.1 at its lowe", -1),
    (CURVES, "b = -1, c = 2.5", "b = -1, c = 99999999999", "segment 2 of 'lower-1' is of no river: c 99999999999", -2),
    (CURVES, "a = 10.2", "a = 1e999999999", "segment 2 of 'lower-1' is of no river: a 1E+999999999 must not be be", -2),
    (CURVES, "b = -1, c = 2.5", "b = 10001, c = 2.5", "segment 2 of 'lower-1' is of no river: b 10001 must not b", -2),
    (CURVES, "limit_high = 3.5", "limit_high = 1e999999", "rating curve 'lower-1' gives no flow below 1000000 m3/s", 0),
    (CURVES, "limit_high = 3.5", "limit_high = 200", "'lower-1' gives no flow below 1000000 m3/s at limit_high 200", 0),
    (CURVES, "above = 2, a = 10.2", "above = 1e999999, a = 10.2", "cannot be worked out at 1E+999999 m: correct", -2),
    (CURVES, TABLE, "points = [[1, 0], [2, 10], [3, 1e400]]", "curve 'lower-2' has a number of 1000000 or more in ", 0),
    (CURVES, POOL, POOL.replace("550", "1e400"), "curve 'kirov' has a number of 1000000 or more in [40, 1E+400, 2", 0),
    (CURVES, "at_begin = 0.02", "at_begin = -101", "at_begin -101 must be from -100 to 100 m", 0),
    (CURVES, "at_end = 0\n", "at_end = 1e400\n", "at_end 1E+400 must be from -100 to 100 m", 0),
    (CURVES, "above = 2, a = 10.2", "above = 1.2, a = 10.2", "segments 1 and 2 of 'lower-1' do not rise", -2),
    (CURVES, "a = 10.2", "a = 10.6", "segments 1 and 2 of 'lower-1' do not meet at 2 m: 10 and 10.6 m3/s differ", -2),
    (CURVES, TABLE, "points = [[1, 0], [2, 10], [2, 57], [3, 60]]", "curve 'lower-2' falls from [2, 10] to [2, 57]", 0),
    (CURVES, TABLE, "points = [[1, 0], [2, 10], [3, 9]]", "curve 'lower-2' falls from [2, 10] to [3, 9]", 0),
    (CURVES, TABLE, "points = [[1, -1], [2, 10], [3, 57]]", "curve 'lower-2' begins below 0: [1, -1]", 0),
    (CURVES, POOL, POOL.replace("26.5", "9.5"), "curve 'kirov' falls from [20, 100, 10] to [40, 550, 9.5]", 0),
    (CURVES, POOL, "points = []", "curve 'kirov' needs two points or more", 0),
    # computed series
    (DERIVED, RATED, RATED.replace("discharge", "flow"), "series 'flow.term': quantity 'flow' is not one of ours", 0),
    (DERIVED, RATED, RATED.replace("discharge", "inflow"), "by rating one computes discharge, not 'inflow.term'", 0),
    (DERIVED, '[[derived]]\nstation = "lower:kg"\n' + RATED, '[[derived]]\nstation = "low:kg"\n' + RATED,
     "station 'low:kg' is not declared", 1),
    (DERIVED, RATED, RATED.replace("lower:kg.level.term", "lower:kg.level.hourly"), "'lower:kg.level.hourly' is no", 2),
    (DERIVED, RATED, RATED.replace("lower:kg.", "lower:kg:computed."), "'lower:kg:computed.level.term' is not comp", 2),
    (DERIVED, BALANCE, 'inputs = [{ series = "kirov:kg.storage.term" }]', "from storage, then release, not from 1", 0),
    (DERIVED, STORED, STORED.replace("kirov:kg.level", "kirov:kg.storage"), "by reservoir-curve one computes from", 2),
    (DERIVED, STORED, STORED.replace("kirov:kg.level", "lower:kg.level"), "must be of station 'kirov:kg' itself", 2),
    (DERIVED, STORED, STORED.replace('" }', '", weight = 2 }'), "by reservoir-curve no input has a weight or a lag", 2),
    (DERIVED, RATED, RATED.replace("level.term", "level.daily"), "input lower:kg.level.daily is of another interva", 2),
    (DERIVED, 'series = "inflow.daily"', 'series = "inflow.hourly"', "a balance is closed by days: write inflow.da", 0),
    (DERIVED, BALANCE, BALANCE.replace(":computed.storage.term", ".storage.daily"),
     "a balance needs a storage as read at a moment, not kirov:kg.storage.daily: write storage.term", 0),
    (DERIVED, SUMMED, MONTHLY, "input 'lower:kg.discharge.monthly' has no value of each day: remove its lag", 2),
    (DERIVED, "weight = 0.9", "weight = 0", "input 'upper:kg.discharge.term' has weight 0: remove it", -1),
    (DERIVED, "lower:kg:computed.discharge.term", "upper:kg.discharge.term", "stands twice: add up its weights", -2),
    (DERIVED, "weight = 0.9", "weight = 1e400", "input 'upper:kg.discharge.term' has weight 1E+400: write a s", -1),
    (DERIVED, "lag_days = 1 }", "lag_days = 61 }", "lag_days 61 of 'lower:kg:computed.discharge.term' is over 60", -2),
    (DERIVED, "upper:kg.discharge.term", "example-border:kg.discharge.daily",
     "'example-border:kg.discharge.daily' is example, and station 'kirov:kg' is real: compute it from", -1),
    (DERIVED, CLOSED, AGAIN + CLOSED, "lower:kg:computed.discharge.term is already computed at", 2),
    (DERIVED, "upper:kg.discharge.term", "kirov:kg:computed.inflow.term", "inflow.term is computed from itself", -1),
    (DERIVED, CLOSED, CLOSED.replace("kirov", "upper"), "no surface of upper:kg to evaporate from: write surf", 2),
    (DERIVED, CLOSED, CLOSED.replace("kirov", "uppermost"), "station 'uppermost:kg' is not declared", 1),
    (DERIVED, CLOSED, CLOSED.replace("\nevap", "\nsimulated = true\nsurface_km2 = 20\nevap"),
     "station 'kirov:kg' has no [[balance]] in derived.toml: declare it", None),
    (DERIVED, "window_days = 3", "window_days = 4", "window_days 4 has no middle day: write an odd number", 0),
    (DERIVED, "window_days = 3", "window_days = 33", "window_days 33 is over 31: write less", 0),
    (DERIVED, "storage_error = 0.1", "storage_error = 1e400", "storage_error 1E+400 must be 0 or more, and le", 0),
    (DERIVED, "[0, 0, 20,", "[0, 0, 1e400,", "evaporation_mm has a depth below 0 or beyond reason", 0),
    (DERIVED, "storage_error = 0.1", "storage_error = -0.1", "storage_error -0.1 must be 0 or more", 0),
    (DERIVED, "[0, 0, 20,", "[0, 0, -20,", "evaporation_mm has a depth below 0", 0),
    (DERIVED, "[0, 0, 20,", "[0, 20,", "evaporation_mm: Tuple should have at least 12 items", 0),
    # accounts
    (ACCOUNTS, 'share = "talas-flow"', 'share = "chu-flow"', "share 'chu-flow' is not declared: use one of talas-f", 0),
    (ACCOUNTS, 'share = "kirov-storage"', 'share = "talas-flow"', "the resource of talas-flow already stands at", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace("inflow", "storage"), "talas-flow is a share of flow, not of storage", 0),
    (ACCOUNTS, STOCK, FLOWED, "kirov-storage is a share of the storage of kirov alone", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace("kirov", "kirow"), "site 'kirow' is not declared: declare it or correct", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace("inflow", "intake"), "no party has a station at 'kirov' with a series of in", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace('inflow"', 'release", computed = true'), "of which release is computed: decl", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace("[{", "[{ site = \"kirov\", quantity = \"inflow\" }, {"), "is counted twice:", 0),
    (ACCOUNTS, FLOWED, FLOWED.replace("kirov", "kochkorka"), "site 'kochkorka' is in basin 'chu', not in 'talas'", 0),
    (ACCOUNTS, STOCK, STOCK.replace('"kg"', '"kz"'), "party kz has a station at 'kirov' with a series of storage", 0),
    (ACCOUNTS, BORDER_KZ, BORDER_KZ.replace(', party = "kz"', ""), "is gauged by kz and kg: say by whose gauge wit", 0),
    (ACCOUNTS, PLAN, 'party = "kg" }]\n', "this delivery to kz already stands at", -1),
    (ACCOUNTS, 'party = "kz"\n' + BORDER_KZ, 'party = "uz"\n' + BORDER_KZ, "party 'uz' is not declared: use one of", 0),
    (ACCOUNTS, BORDER_KZ, STOCK, "what is delivered is a flow, not storage", 0),
    (ACCOUNTS, 'basin = "talas"\nabove', 'basin = "asa"\nabove', "basin 'asa' is not declared: use one of chu, tal", 0),
    (ACCOUNTS, BELOW, 'below = [{ site = "kirov", quantity = "release" }]', "release of kirov stands above and bel", 0),
    (ACCOUNTS, BELOW, 'below = [{ site = "kirov", quantity = "level" }]', "what runs through a reach is a flow, no", 0),
    (ACCOUNTS, "loss_percent = 25", "loss_percent = 125", "loss_percent: Input should be less than or equal to 100", 0),
    (ACCOUNTS, 'id = "kirov-border"', 'id = "Kirov"', "reach id 'Kirov' is not plain", 0),
    (ACCOUNTS, '[[gate]]\nsite = "example-border"', '[[gate]]\nsite = "kirov"', "discharge at 'kirov' is gauged by", 1),
    (ACCOUNTS, '[[gate]]\nsite = "example-border"', '[[gate]]\nsite = "lower"', "at 'lower' is gauged by kg alone:", 1),
    (ACCOUNTS, '[[gate]]\nsite = "example-border"', '[[gate]]\nsite = "border"', "site 'border' is not declared", 1),
    (ACCOUNTS, "tolerance_percent = 5", "tolerance_percent = 100", "tolerance_percent 100 must be from 0 to less", 0),
    (ACCOUNTS, "tolerance = 0.1", "tolerance = -0.1", "tolerance -0.1 must be 0 m3/s or more", 0),
    (ACCOUNTS, "[[gate]]\n", '[[gate]]\nsite = "example-border"\nquantity = "discharge"\ntolerance_percent = 1\n'
     'document = "x"\nsource = "x"\n\n[[gate]]\n', "this gate already stands at", 8),
    (ACCOUNTS, "completeness_percent = 80", "completeness_percent = 101", "completeness_percent 101 is not more th", 0),
    (ACCOUNTS, "base_until = 2020", "base_until = 1990", "the base period ends in 1990, before it begins", 0),
    (ACCOUNTS, "min_years = 10", "min_years = 31", "min_years 31 must be from 1 to the 30 years of the base", 0),
    (ACCOUNTS, "season_ends = 10", "season_ends = 4", "the growing season must not begin and end in the same mo", 0),
    (ACCOUNTS, "season_ends = 10", "season_ends = 13", "season_ends: Input should be less than or equal to 12", 0),
    (ACCOUNTS, "[0.1, 0.25, 0.75, 0.9]", "[0.1, 0.75, 0.25, 0.9]", "classes must be four shares that rise between", 0),
]  # fmt: skip
