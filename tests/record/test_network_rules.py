"""Whatever is wrong in `config/` is one line that names file and line."""

from pathlib import Path

import pytest

from record.errors import ConfigError
from record.network import load_network
from record.network.rules import RULES
from tests.keys import APPROVERS, GATEWAY, LOG, signer_of
from tests.record import broken_hydrology
from tests.record.hydrology_files import HYDROLOGY
from tests.record.network_files import FILES, but, write_files

PARTIES, BASIN, SHARES = "parties.toml", "basins/talas.toml", "shares.toml"
SEASONS, SOURCES, QUALITY, KEYS = "seasons.toml", "sources.toml", "quality.toml", "keys.toml"
OWED = "obligations.toml"

KIROV = 'id = "kirov:kg"\nsite = "kirov"\nparty = "kg"\ncode = "15954"\n'
BORDER_KG = 'id = "example-border:kg"\nsite = "example-border"\nparty = "kg"\ncode = "example-border-kg"\n'
BORDER_KG_END = BORDER_KG + 'names = { en = "Border" }\nseries = ["discharge.daily"]\nnature = "example"\n'
LATER = "in_force = true\nvalid_from = 2010-01-01\n"
PLACE = 'id = "kirov"\nkind = "reservoir"\nbasin = "talas"\nriver = "talas"\n'
TABLE_ZONE = 'time_format = "%Y-%m-%d"\nzone = "Asia/Almaty"\n'
TERMS = (
    'id = "kg-terms"\nparty = "kg"\nstations = ["kirov:kg"]\nseries = ["storage.term"]\nof = "08:00"\nby = "09:00"\n'
)
DAYS = 'of = "00:00"\nby = "10:00"\nby_days = 1\n'
FIRST_COLUMN = 'heading = "inflow"\nstation = "15954"\nseries = "inflow.daily"\nunit = "м3/с"\n'
TABLE = "[source.table]\n"
CHANNEL = '[[source.channels]]\nname = "Q"\nstation = "15954"\nseries = "inflow.daily"\nunit = "m3/s"\n\n'
PATHS = '[source.paths]\nitems = "data.*"\ntime = "^.at"\nchannel = "name"\nvalue = "v"\n\n'
SIMULATED = 'format = "kn15"\n'

# file, what stands there, what is written instead, the words of the complaint, its line counted from the change.
BROKEN = [
    # the file itself
    (PARTIES, 'role = "observes"\n\n', 'role = "observes\n\n', "not TOML: ", 0),
    (PARTIES, "[report_day]", 'origin = "b.example"\n[report_day]', "not TOML: Cannot overwrite a value", 0),
    (PARTIES, 'origin = "arna.example/test"\n', "", "origin must name this record", None),
    (PARTIES, '"arna.example/test"', '"https://arna.example"', "origin must name this record", 0),
    (PARTIES, "[report_day]", "[report_days]", "unknown key 'report_days': this file holds licence, origin, party", 0),
    (SHARES, '[[share]]\nid = "talas-flow"\n', '[[shares]]\nid = "talas-flow"\n', "unknown key 'shares'", 0),
    # one row
    (BASIN, "capacity = 550", "capacty = 550", "unknown key 'capacty'", 0),
    (BASIN, "capacity = 550", 'capacity = "much"', "capacity: Input should be a valid number", 0),
    (BASIN, 'kind = "reservoir"', 'kind = "pond"', "kind: Input should be 'reservoir', 'canal'", 0),
    (BASIN, 'river = "talas"\nnames = { en = "Kirov" }\n', 'names = { en = "Kirov" }\n', "key 'river' is missing", -4),
    (BASIN, 'names = { en = "Kirov" }', 'names = { ru = "Киров" }', "names: names need en", 0),
    (PARTIES, 'role = "observes"\n\n', 'rule = "observes"\n\n', "key 'ministries.0.role' is missing", -3),
    (SOURCES, 'unit = "м3/с"', "unit = 1", "table.columns.0.unit: Input should be a valid string", 0),
    (SEASONS, "begins = 2024-04-01\nends = 2024-10", 'begins = "spring"\nends = 2024-10',
     "begins: Input should be a valid date", 0),
    (QUALITY, "fail = [0, 600]", "fail = [0, nan]", "fail.1: Input should be a finite number", 0),
    # ids
    (BASIN, PLACE, PLACE.replace("kirov", "Kirov"), "site id 'Kirov' is not plain", 0),
    (BASIN, PLACE, PLACE.replace('river = "talas"', 'river = "the Talas"'), "river 'the Talas' is not plain", 3),
    (BASIN, PLACE, PLACE.replace("kirov", "example-border"), "site id 'example-border' is already taken at", 12),
    (BASIN, 'names = { en = "Kirov" }', 'names = { en = "=HYPERLINK(0)" }',
     "site 'kirov': the name '=HYPERLINK(0)' begins as a formula of a spreadsheet does", 0),
    (BASIN, 'names = { en = "Kirov" }', 'names = { en = "Kirov", ru = "\\tКиров" }', "begins as a formula", 0),
    (BASIN, BORDER_KG, KIROV, "station id 'kirov:kg' is already taken at", 0),
    (SHARES, 'id = "talas-flow-later"', 'id = "talas-flow"', "share id 'talas-flow' is already taken at", 0),
    (SEASONS, 'id = "talas-2024-kz-autumn"', 'id = "talas-2024-kz"', "season plan id 'talas-2024-kz' is already", 0),
    (SOURCES, 'id = "simulated-kg"', 'id = "tables"', "source id 'tables' is already taken at", 0),
    (SOURCES, 'id = "tables"', 'id = "seals"', "source id 'seals' is the record's own: choose another", 0),
    (SOURCES, 'id = "tables"', 'id = "reviews-kg"', "source id 'reviews-kg' is the record's own: choose another", 0),
    (PARTIES, 'id = "kz"', 'id = "kg"', "party id 'kg' is already taken at", 0),
    (PARTIES, '{ id = "kazhydromet"', '{ id = "kyrgyzhydromet"', "ministry id 'kyrgyzhydromet' is taken twice", -1),
    (BASIN, '[basin]\nid = "talas"', '[basin]\nid = "chu"', "basin 'chu' must stand in chu.toml", 1),
    # zones and places
    (PARTIES, 'zone = "Asia/Almaty"', 'zone = "Asia/Taraz"', "zone 'Asia/Taraz' is not an IANA time zone", 0),
    (PARTIES, 'zone = "Asia/Almaty"', 'zone = "../etc"', "zone '../etc' is not an IANA time zone", 0),
    (PARTIES, '[report_day]\nzone = "Asia/Bishkek"', '[report_day]\nzone = "Asia"', "zone 'Asia' is not", 1),
    (PARTIES, "issued = 09:30:00", "issued = 09:30:00\ndeadline = 09:29:59",
     "deadline 09:29:59 is before 09:30:00", 1),
    (SOURCES, 'zone = "Asia/Bishkek"\ntrigger', 'zone = "+06:00"\ntrigger', "zone '+06:00' is not an IANA", 0),
    (SOURCES, TABLE_ZONE, TABLE_ZONE.replace("Almaty", "Shymkent"), "zone 'Asia/Shymkent' is not an IANA", 1),
    (BASIN, PLACE, PLACE.replace('basin = "talas"', 'basin = "chu"'), "basin 'chu' is not declared: use one of", 2),
    (BASIN, 'country = "kg"', 'country = "kgz"', "country 'kgz' is no party: write kg, kz", 0),
    (BASIN, "lon = 71.6183", "lon = 716.183", "lon 716.183 of site 'kirov' is not within", 0),
    (BASIN, "lat = 42.6478", "lat = nan", "lat nan of site 'kirov' is not within", 0),
    (BASIN, "lat = 42.6478\n", "", "site 'kirov' has one coordinate without the other", -8),
    (BASIN, "capacity = 550", "capacity = -1", "capacity -1.0 of site 'kirov' is not a finite number of 0", 0),
    (BASIN, "capacity = 550", "capacity = inf", "capacity inf of site 'kirov' is not a finite number", 0),
    # stations
    (BASIN, KIROV, KIROV.replace('site = "kirov"', 'site = "kirow"'), "site 'kirow' is not declared", 1),
    (BASIN, KIROV, KIROV.replace('party = "kg"', 'party = "uz"'), "party 'uz' is not declared", 2),
    (BASIN, KIROV, KIROV + 'nature = "simulated"\n', "a simulated station is not declared: mark its source", 4),
    (BASIN, KIROV, KIROV.replace("kirov:kg", "kirov:kz"), "station id 'kirov:kz' must be 'kirov:kg'", 0),
    (BASIN, KIROV, KIROV + 'nature = "example"\n', "station id 'kirov:kg' must be 'example-kirov:kg'", 0),
    (BASIN, KIROV, KIROV.replace("15954", "example-1"), "station 'kirov:kg': 'example-' in id and code and", 3),
    (BASIN, BORDER_KG, BORDER_KG.replace('"example-border-kg"', '"15999"'), "'example-' in id and code and nature", 3),
    (BASIN, BORDER_KG_END, BORDER_KG_END.replace('nature = "example"\n', ""), "'example-' in id and code and", 3),
    (BASIN, BORDER_KG, BORDER_KG.replace("border-kg", "border-kz"), "code 'example-border-kz' already calls 'examp", 3),
    (BASIN, '"inflow.daily"]', '"influx.daily"]', "series 'influx.daily': quantity 'influx' is not one of ours", 0),
    (BASIN, '"inflow.daily"]', '"inflow.weekly"]', "series 'inflow.weekly': interval 'weekly' is not one of", 0),
    (BASIN, '"inflow.daily"]', '"inflow"]', "series 'inflow' is not of the form quantity.interval", 0),
    (BASIN, '"inflow.daily"]', '"storage.term"]', "station 'kirov:kg' lists a series twice", 0),
    # shares
    (SHARES, 'basis = "storage"\nof = "kirov"', 'basis = "storage"\nof = "kirow"', "share 'kirov-storage' is of", 1),
    (SHARES, 'basis = "storage"\nof = "kirov"', 'basis = "storage"\nof = "talas"', "of storage must be of a reser", 1),
    (SHARES, "percent = { kz = 88, kg = 12 }", "percent = { kz = 88, uz = 12 }", "party 'uz' is not declared", 0),
    (SHARES, "kg = 66.7", "kg = 66.8", "share 'talas-flow' does not add up to 100: kz 33.3 + kg 66.8 = 100.1", 0),
    (SHARES, "{ kz = 50, kg = 50 }", "{ kz = 150, kg = -50 }", "share 'talas-flow-later' does not add up", 0),
    (SHARES, "valid_until = 2010-01-01", "valid_until = 1999-01-01", "ends on 1999-01-01, before it begins", 0),
    (SHARES, LATER, LATER.replace("2010", "2009"), "share 'talas-flow-later' is in force at the same time as", 1),
    (SHARES, "valid_until = 2010-01-01\n", "", "share 'talas-flow-later' is in force at the same time as", 10),
    (SHARES, 'id = "talas-flow"\nbasin = "talas"', 'id = "talas-flow"\nbasin = "chu"', "basin 'chu' is not decl", 1),
    # season plans
    (SEASONS, "ends = 2024-10-01", "ends = 2024-03-01", "season plan 'talas-2024-kz' ends on 2024-03-01, before", 0),
    (SEASONS, "delivered = 418", "delivered = -418", "delivered -418 of season plan 'talas-2024-kz' is negative", 0),
    (SEASONS, "begins = 2024-10-01", "begins = 2024-09-30", "'talas-2024-kz-autumn' is in force at the same time", 0),
    (SEASONS, 'id = "talas-2024-kz"\nbasin = "talas"\nparty = "kz"',
     'id = "talas-2024-kz"\nbasin = "talas"\nparty = "uz"', "party 'uz' is not declared: use one of kg, kz", 2),
    (SEASONS, 'part_of = "talas-2024-kz"', 'part_of = "talas-2025-kz"', "of 'talas-2025-kz': name a whole plan", 0),
    (SEASONS, "ends = 2024-07-01", "ends = 2024-10-01", "has its basin and party, begins with it and ends before", 3),
    (SEASONS, "in_force = false", "in_force = true", "is a part of 'talas-2024-kz': set in_force = false", 0),
    (SEASONS, "volume = 150", "volume = 381", "is not below 'talas-2024-kz', which ends later", 0),
    # sources
    (SOURCES, 'id = "tables"\nparty = "kg"', 'id = "tables"\nparty = "uz"', "party 'uz' is not declared", 1),
    (SOURCES, "simulated = true", 'simulated = true\nspeaks_for = ["uz"]', "source 'simulated-kg' speaks for 'uz'", 1),
    (SOURCES, "simulated = true\n", "", "source 'simulated-kg': 'simulated' in the id and simulated = true", -7),
    (SOURCES, 'id = "tables"\n', 'id = "tables"\nsimulated = true\n', "'simulated' in the id and simulated = true", 0),
    (SOURCES, "{ every = 60 }", "{ jitter = 60 }", "source 'tables': a trigger has either every or cron", 0),
    (SOURCES, 'cron = "0 8 * * *"', 'cron = "0 8 * * *"\nevery = 60', "a trigger has either every or cron", -1),
    (SOURCES, "{ every = 60 }", "{ every = 0 }", "source 'tables': every 0.0 must be more than 0 seconds", 0),
    (SOURCES, 'cron = "0 8 * * *"', 'cron = "0 8 * * *"\njitter = -1', "jitter -1.0 must be 0 seconds or more", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\nmax_bytes = 0", "max_bytes must be 1 or more", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\nsettle = nan", "settle must be 0 seconds or more", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\nmax_messages = 0", "max_messages must be 1 or more", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\npause = -1", "pause must be 0 seconds or more", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\nagain = -1", "again must be from 0 to 36500 days", 1),
    (SOURCES, "{ every = 60 }", "{ every = 60 }\nback = nan", "back must be from 0 to 36500 days", 1),
    (SOURCES, 'kind = "folder"\nplace = "inbox/tables"', 'kind = "http"\npush = true\nplace = "inbox/tables"',
     "push = true needs kind folder", 1),
    (SOURCES, 'place = "inbox/tables"', 'push = true\nplace = "../tables"', "must lie in the data folder", 1),
    (SOURCES, 'place = "inbox/tables"', 'push = true\nplace = "inbox/simulated-kg"',
     "source 'simulated-kg' reads the folder of source 'tables'", 28),
    # tables
    (SOURCES, TABLE_ZONE, TABLE_ZONE + 'encoding = "cp1215"\n', "encoding 'cp1215' is unknown", 2),
    (SOURCES, TABLE_ZONE, TABLE_ZONE + 'delimiter = ";;"\n', "delimiter ';;' must be one sign", 2),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace('station = "15954"\n', ""), "does not say whose values it holds", -6),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("15954", "15955"), "column 'inflow': '15955' is not the code of", 1),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("15954", "example-border-kz"), "is not the code of a station", 1),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("м3/с", "ведро"), "unit 'ведро' is unknown or cannot be turned", 3),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("м3/с", "млн м3"), "unit 'млн м3' is unknown or cannot be turned", 3),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("inflow.daily", "inflows.daily"), "'inflows' is not one of ours", 2),
    (SOURCES, FIRST_COLUMN, FIRST_COLUMN.replace("inflow.daily", "release.daily"), "declares the series 'release.d", 2),
    # channels
    (SOURCES, TABLE, CHANNEL.replace("inflow.d", "influx.d") + TABLE, "channel 'Q': series 'influx.daily': quant", 3),
    (SOURCES, TABLE, CHANNEL.replace("m3/s", "ведро") + TABLE, "channel 'Q': unit 'ведро' is unknown or cannot", 4),
    (SOURCES, TABLE, CHANNEL.replace("15954", "15955") + TABLE, "channel 'Q': '15955' is not the code of a stat", 2),
    (SOURCES, TABLE, CHANNEL.replace("inflow", "release") + TABLE, "channel 'Q': no station that it may mean decl", 3),
    (SOURCES, TABLE, CHANNEL * 2 + TABLE, "channel 'Q' of station '15954' is declared twice: remove one", 6),
    (SOURCES, TABLE, CHANNEL.replace("unit", "units") + TABLE, "unknown key 'channels.0.units'", 4),
    # paths
    (SOURCES, SIMULATED, 'format = "json"\n', "format 'json' says nothing without [[source.channels]]", 0),
    (SOURCES, TABLE, PATHS.replace("data.*", "^.data") + TABLE, "path '^.data' of items: ^ leads out of it", 1),
    (SOURCES, TABLE, PATHS.replace("data.*", "data..*") + TABLE, "path 'data..*' of items: a part is empty", 1),
    (SOURCES, TABLE, PATHS.replace("^.at", "") + TABLE, "path '' of time: a part is empty", 2),
    (SOURCES, TABLE, PATHS.replace("^.at", "^.^") + TABLE, "path '^.^' of time: a part is empty", 2),
    (SOURCES, TABLE, PATHS.replace("^.at", "at.^") + TABLE, "path 'at.^' of time: ^ can stand at its beginning", 2),
    (SOURCES, TABLE, PATHS.replace('"v"', '"v.*"') + TABLE, "path 'v.*' of value: * can stand in items alone", 4),
    (SOURCES, TABLE, PATHS.replace('value = "v"', 'ignored = ["v."]') + TABLE, "path 'v.' of ignored: a part is", 4),
    (SOURCES, TABLE, PATHS.replace('value = "v"\n', "") + TABLE, "a path to the channel needs one to its value", 3),
    (SOURCES, TABLE, CHANNEL + CHANNEL.replace('"Q"', '"H"') + PATHS.replace('channel = "name"\n', "") + TABLE,
     "no path tells the channel of a value, and 2 are declared", 15),
    (SOURCES, TABLE, PATHS.replace("items", 'time_format = "%d.%m"\nitems') + TABLE, "time_format '%d.%m' cannot", 1),
    (SOURCES, TABLE, PATHS.replace("items", 'time_format = "%Y%Y"\nitems') + TABLE, "time_format '%Y%Y' cannot", 1),
    (SOURCES, TABLE, PATHS.replace("items", 'time_format = "unix"\nitems') + TABLE, "write epoch, epoch-ms or a", 1),
    # doors
    (SOURCES, SIMULATED, SIMULATED + 'encoding = "cp1215"\n', "encoding 'cp1215' is unknown: write one such as", 1),
    (SOURCES, SIMULATED, SIMULATED + 'encoding = "base64"\n', "encoding 'base64' is unknown: write one such as", 1),
    (SOURCES, SIMULATED, SIMULATED + 'secret = "hunter2"\n', "secret is not the name of an environment variable", 1),
    (SOURCES, SIMULATED, SIMULATED + 'secret = "_KEY"\n', "source 'simulated-kg': secret is not the name of an", 1),
    (SOURCES, SIMULATED, SIMULATED + "max_messages = 0\n", "source 'simulated-kg': max_messages must be 1 or more", 1),
    (SOURCES, SIMULATED, SIMULATED + "pause = -1\n", "source 'simulated-kg': pause must be 0 seconds or more", 1),
    (SOURCES, SIMULATED, SIMULATED + "pause = inf\n", "pause must be 0 seconds or more", 1),
    (SOURCES, SIMULATED, SIMULATED + "match = 'DATA('\n", "match 'DATA(' is no regular expression: ", 1),
    (SOURCES, SIMULATED, SIMULATED + f'match = "{"x" * 201}"\n', "match has more than 200 signs: shorten it", 1),
    (SOURCES, TABLE_ZONE, TABLE_ZONE + "header_rows = 0\n", "has header_rows 0: write 1 to 5", -2),
    (SOURCES, TABLE_ZONE, TABLE_ZONE + 'station_from = "row"\n', "station_from: Input should be 'sheet' or 'above'", 2),
    (SOURCES, TABLE_ZONE, TABLE_ZONE + 'station_heading = "a"\nstation_from = "sheet"\n', "in two ways: give", -2),
    (SOURCES, TABLE_ZONE, TABLE_ZONE + '[source.stations]\nKirov = "1"\n', "name 'Kirov': '1' is not the", 3),
    (SOURCES, FIRST_COLUMN, 'heading = "%B"\nstation = "15954"\nseries = "inflow.daily"\n', "month says no unit", -1),
    (SOURCES, TABLE_ZONE, TABLE_ZONE.replace("%Y-%m-%d", "дд.мм.гггг"), "is no form of a date", 0),
    (SOURCES, TABLE_ZONE, TABLE_ZONE.replace("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"), "is no form of a date", 0),
    # limits
    (QUALITY, 'quantity = "storage"\nfail', 'quantity = "volume"\nfail', "quantity 'volume' is not one of ours", 0),
    (QUALITY, 'station = "kirov:kg"', 'station = "kirov:kz"', "station 'kirov:kz' is not declared", 0),
    (QUALITY, 'quantity = "storage"\nstation', 'quantity = "level"\nstation', "'kirov:kg' has no series of level", 0),
    (QUALITY, "fail = [0, 600]", "fail = [600, 0]", "fail [600, 0] of this gross_range must have its low end", 0),
    (QUALITY, "suspect = [0, 540]", "suspect = [540, 0]", "suspect [540, 0] of this gross_range must have its low", 0),
    (QUALITY, "suspect = [0, 540]", "suspect = [0, 551]", "suspect [0, 551] of this gross_range must have its low", 0),
    (QUALITY, 'station = "kirov:kg"\n', "", "this gross_range holds for the same readings as the one", -2),
    # keys
    (KEYS, GATEWAY.verifier.vkey, "nonsense", "verifier key 'nonsense' is not name+id+base64", 0),
    (KEYS, 'role = "gateway"', 'role = "witness"', "is not of the kind that a witness signs with", 1),
    (KEYS, LOG.verifier.vkey, signer_of("another.example").verifier.vkey, "must bear the name of this record", 0),
    (KEYS, '"https://kg', '"ftp://kg', "listens at an address that begins with https://", 0),
    (KEYS, APPROVERS["kz"].verifier.vkey, APPROVERS["kg"].verifier.vkey, "or its name, stands twice", 0),
    (KEYS, 'party = "kg"\nurl', 'party = "kz"\nurl', "needs one witness of each of kg, kz", None),
    (KEYS, 'role = "log"', 'role = "gateway"', "needs the key of one log", None),
    (KEYS, 'role = "log"', 'role = "log"\nparty = "kz"', "in the role of log belongs to no party", 1),
    # obligations
    (OWED, 'id = "kg-terms"', 'id = "Terms"', "obligation id 'Terms' is not plain", 0),
    (OWED, 'id = "kg-terms-weekend"', 'id = "kg-terms"', "obligation id 'kg-terms' is already taken at", 0),
    (OWED, TERMS, TERMS.replace('party = "kg"', 'party = "uz"'), "party 'uz' is not declared: use one of kg, kz", 1),
    (OWED, TERMS, TERMS.replace("kirov:kg", "example-border:kz"), "'example-border:kz' is no declared station of", 2),
    (OWED, TERMS, TERMS.replace("storage.term", "level.term"), "'kirov:kg' declares no series 'level.term'", 3),
    (OWED, "kirov:kg.*.term", "kirow:kg.*", "no series of party kg is like 'kirow:kg.*': write one such as kir", 0),
    (OWED, TERMS, TERMS.replace('"08:00"', '"8 o\'clock"'), "of: ", 4),
    (OWED, TERMS, TERMS.replace('"08:00"', '"08:00+06:00"'), "of: write a local time of whole minutes without", 4),
    (OWED, TERMS, TERMS.replace('"08:00"', '"08:00:30"'), "of: write a local time of whole minutes without", 4),
    (OWED, TERMS, TERMS.replace('"09:00"', '"08:00"'), "obligation 'kg-terms' is due at 08:00, before it can", 5),
    (OWED, DAYS, DAYS.replace("by_days = 1", "by_days = 2"), "by_days: Input should be 0 or 1", 2),
    (OWED, DAYS, DAYS.replace("00:00", "08:00"), "a daily mean is owed with of = '00:00' and by_days = 1", 0),
    (OWED, DAYS, DAYS.replace("by_days = 1\n", ""), "a daily mean is owed with of = '00:00' and by_days = 1", 0),
    (OWED, '"thu", "fri"]', '"thu", "freitag"]', "weekdays.4: Input should be 'mon', 'tue'", 0),
    (OWED, '"thu", "fri"]', '"thu", "thu"]', "obligation 'kg-terms': weekdays names each day once", 0),
    (OWED, '["sat", "sun"]', "[]", "obligation 'kg-terms-weekend': weekdays names each day once, and at", 0),
    (OWED, "until = 2027-01-01", "until = 2026-01-01", "obligation 'kg-terms' ends on 2026-01-01, before it be", 0),
    (OWED, 'verified = true\ndocument = "made up for tests"', 'verified = true\ndocument = "assumed"',
     "obligation 'kg-terms' is assumed and so cannot be verified", -10),
    (OWED, "simulated = true\n", "", "obligation 'kg-days-simulated': 'simulated' in the id and simulated = tr", -6),
    (OWED, 'id = "kg-terms"', 'id = "kg-terms-simulated"', "'simulated' in the id and simulated = true go togeth", 0),
    (OWED, '["sat", "sun"]', '["fri", "sat"]', "obligation 'kg-terms-weekend' names kirov:kg.storage.term of 08", -5),
    (OWED, 'document = "assumed"\nnote = "means"', 'note = "means"', "key 'document' is missing", -8),
    # watches
    (OWED, 'source = "tables"', 'source = "table"', "source 'table' is not declared: declare it or correct", 0),
    (OWED, 'source = "tables"\n', "", "every source is already watched at", -1),
    (OWED, "silent_hours = 26", "silent_hours = 0", "silent_hours 0 must be more than 0 hours", 0),
    (OWED, "silent_hours = 26", "silent_hours = nan", "silent_hours: Input should be a finite number", 0),
    (OWED, "stuck_readings = 6", "stuck_readings = 1", "stuck_readings 1 must be 2 readings or more", 0),
    (OWED, "refused_share = 0.1", "refused_share = 1.0", "refused_share 1.0 must be a share from 0 to less", 0),
    (OWED, "silent_hours = 26\n", "", "a watch needs one of silent_hours, stuck_readings, refused_share", -2),
]  # fmt: skip


def complaint(folder: Path) -> str:
    """The one line that loading `folder` ends with."""
    with pytest.raises(ConfigError) as caught:
        load_network(folder)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_the_unbroken_network_loads(tmp_path: Path) -> None:
    assert list(load_network(write_files(tmp_path)).sites) == ["kirov", "example-border"]


@pytest.mark.parametrize(("name", "old", "new", "words", "offset"), BROKEN, ids=[row[3] for row in BROKEN])
def test_a_broken_fact_is_named_with_file_and_line(
    tmp_path: Path, name: str, old: str, new: str, words: str, offset: int | None
) -> None:
    text = complaint(write_files(tmp_path, {name: but(name, old, new)}))
    line = 1 if offset is None else FILES[name][: FILES[name].index(old)].count("\n") + 1 + offset
    assert text.startswith(f"{tmp_path / name}:{line}: ")
    assert words in text


def test_a_network_with_all_of_hydrology_loads(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path, files=HYDROLOGY))
    assert list(network.stations)[-3:] == ["lower:kg:computed", "kirov:kg:computed", "lower:kg:simulated:computed"]


@pytest.mark.parametrize(
    ("name", "old", "new", "words", "offset"),
    broken_hydrology.BROKEN,
    ids=[row[3] for row in broken_hydrology.BROKEN],
)
def test_a_broken_fact_of_hydrology_is_named_with_file_and_line(
    tmp_path: Path, name: str, old: str, new: str, words: str, offset: int | None
) -> None:
    text = complaint(write_files(tmp_path, {name: but(name, old, new, HYDROLOGY)}, HYDROLOGY))
    whole = HYDROLOGY[name]
    line = "" if offset is None else f"{whole[: whole.index(old)].count(chr(10)) + 1 + offset}: "
    assert text.startswith(f"{tmp_path / name}:{line}")
    assert words in text


def test_what_stands_in_place_of_the_name_of_a_secret_is_not_repeated(tmp_path: Path) -> None:
    told = but(SOURCES, SIMULATED, SIMULATED + 'secret = "hunter2"\n')
    assert "hunter2" not in complaint(write_files(tmp_path, {SOURCES: told}))


def test_channels_paths_and_doors_that_are_in_order_load(tmp_path: Path) -> None:
    door = 'encoding = "cp1251"\nsecret = "POSTS_2"\nmax_messages = 1\npause = 0\nmatch = "^DATA.*[.]xml$"\n'
    general = CHANNEL.replace('station = "15954"\n', "").replace('unit = "m3/s"\n', "")
    told = but(SOURCES, TABLE, CHANNEL + general + PATHS + TABLE).replace(SIMULATED, SIMULATED + door)
    sources = load_network(write_files(tmp_path, {SOURCES: told})).sources
    assert [channel.station for channel in sources["tables"].channels] == ["15954", None]
    assert sources["simulated-kg"].secret == "POSTS_2"


@pytest.mark.parametrize("form", ["epoch", "epoch-ms", "%d.%m.%Y %H:%M", "%Y-%j", "%G-W%V-%u"])
def test_a_form_of_time_that_can_be_read_loads(tmp_path: Path, form: str) -> None:
    told = but(SOURCES, TABLE, PATHS.replace("items", f'time_format = "{form}"\nitems') + TABLE)
    assert load_network(write_files(tmp_path, {SOURCES: told})).sources["tables"].paths is not None


def test_every_rule_is_broken_by_an_example_here(tmp_path: Path) -> None:
    """A rule that no example breaks would not be known to work."""
    broken = set()
    rows = [(FILES, row) for row in BROKEN] + [(HYDROLOGY, row) for row in broken_hydrology.BROKEN]
    for number, (files, (name, old, new, _, _)) in enumerate(rows):
        with pytest.raises(ConfigError) as caught:
            load_network(write_files(tmp_path / str(number), {name: but(name, old, new, files)}, files))
        broken |= {entry.name for entry in caught.traceback}
    assert [rule.__name__ for rule in RULES if rule.__name__ not in broken] == []


def test_a_second_site_of_the_same_name_in_another_file_is_refused(tmp_path: Path) -> None:
    chu = '[basin]\nid = "chu"\nnames = { en = "Chu" }\nsource = "x"\n\n[[site]]\nid = "kirov"\nkind = "post"\n'
    chu += 'basin = "chu"\nriver = "chu"\nnames = { en = "Kirov" }\ncountry = "kg"\nsource = "x"\n'
    text = complaint(write_files(tmp_path, {"basins/chu.toml": chu}))
    assert text.startswith(f"{tmp_path / BASIN}:7: site id 'kirov' is already taken at {tmp_path}/basins/chu.toml:7")


def test_a_site_in_the_file_of_another_basin_is_refused(tmp_path: Path) -> None:
    chu = '[basin]\nid = "chu"\nnames = { en = "Chu" }\nsource = "x"\n'
    moved = but(BASIN, PLACE, PLACE.replace('basin = "talas"', 'basin = "chu"'))
    text = complaint(write_files(tmp_path, {"basins/chu.toml": chu, BASIN: moved}))
    assert text == f"{tmp_path / BASIN}:9: site 'kirov' of basin 'chu' stands in the file of another basin"


def test_a_share_of_a_site_in_another_basin_is_refused(tmp_path: Path) -> None:
    chu = '[basin]\nid = "chu"\nnames = { en = "Chu" }\nsource = "x"\n'
    moved = but(SHARES, 'id = "kirov-storage"\nbasin = "talas"', 'id = "kirov-storage"\nbasin = "chu"')
    text = complaint(write_files(tmp_path, {"basins/chu.toml": chu, SHARES: moved}))
    assert text == f"{tmp_path / SHARES}:28: share 'kirov-storage': site 'kirov' is in basin 'talas'"


def test_shares_not_in_force_may_contradict(tmp_path: Path) -> None:
    told = but(SHARES, LATER, LATER.replace("2010", "2005").replace("true", "false"))
    assert load_network(write_files(tmp_path, {SHARES: told})).shares["talas-flow-later"].in_force is False


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    assert complaint(tmp_path / "none").startswith(f"{tmp_path / 'none'}: no such folder: ARNA_CONFIG must name")
    text = complaint(write_files(tmp_path / "a", {SEASONS: None}))
    assert text.startswith(f"{tmp_path / 'a' / SEASONS}: no such file")
    text = complaint(write_files(tmp_path / "b", {BASIN: None}))
    assert text.startswith(f"{tmp_path / 'b' / 'basins'}: no basin is declared")


def test_a_stray_file_is_refused(tmp_path: Path) -> None:
    text = complaint(write_files(tmp_path, {"share.toml": ""}))
    assert text.startswith(f"{tmp_path / 'share.toml'}: not a file of the declared network")


def test_a_network_without_parties_is_refused(tmp_path: Path) -> None:
    text = complaint(write_files(tmp_path, {PARTIES: FILES[PARTIES].split("[[party]]")[0]}))
    assert "no party is declared" in text


def test_a_single_table_in_place_of_rows_is_refused(tmp_path: Path) -> None:
    text = complaint(write_files(tmp_path, {QUALITY: '# limits\n[gross_range]\nquantity = "level"\n'}))
    assert text == f"{tmp_path / QUALITY}:2: write [[gross_range]] for each row, not [gross_range]"


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (write_files(tmp_path) / SHARES).write_bytes("# shares\n# доли\n".encode("cp1251"))
    assert complaint(tmp_path) == f"{tmp_path / SHARES}:2: not UTF-8: save the file in that encoding"


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    (write_files(tmp_path, {SHARES: None}) / SHARES).mkdir()
    assert complaint(tmp_path).startswith(f"{tmp_path / SHARES}: cannot be read: ")


def test_nobody_owes_what_no_generator_of_its_party_can_send(tmp_path: Path) -> None:
    moved = but(SOURCES, 'id = "simulated-kg"\nparty = "kg"', 'id = "simulated-kg"\nparty = "kz"')
    text = complaint(write_files(tmp_path, {SOURCES: moved}))
    assert text == f"{tmp_path / OWED}:30: obligation 'kg-days-simulated': no simulated source speaks for party kg"


def test_a_mean_of_ten_days_is_not_owed_by_a_day(tmp_path: Path) -> None:
    longer = but(BASIN, '"inflow.daily"]', '"inflow.daily", "inflow.10-day"]')
    owed = but(OWED, '["storage.term"]', '["inflow.10-day"]')
    text = complaint(write_files(tmp_path, {BASIN: longer, OWED: owed}))
    assert text == f"{tmp_path / OWED}:5: obligation 'kg-terms': kirov:kg.inflow.10-day is not a reading of one day"


def test_obligations_not_in_force_and_of_other_years_may_overlap(tmp_path: Path) -> None:
    every_day = but(OWED, 'weekdays = ["sat", "sun"]\n', "in_force = false\n")
    assert (
        load_network(write_files(tmp_path / "a", {OWED: every_day})).obligations["kg-terms-weekend"].in_force is False
    )
    later = but(OWED, 'weekdays = ["sat", "sun"]\n', "since = 2027-01-01\n")
    assert len(load_network(write_files(tmp_path / "b", {OWED: later})).obligations) == 3


def test_obligations_may_be_absent(tmp_path: Path) -> None:
    network = load_network(write_files(tmp_path, {OWED: None}))
    assert (dict(network.obligations), network.watches) == ({}, ())
