"""Where each key of a TOML file stands."""

from record.network.toml_lines import line_at, lines_of

TEXT = '''\
origin = "x"

[report_day] # a table
zone = "Asia/Bishkek"
document = """
[[source]]
zone = "in a string"
"""

[[source]]
id = "a"
trigger = { every = 60 }
  [source.table]
  zone = "Asia/Almaty"
  [[source.table.columns]]
  unit = "m"
  [[source.table.columns]]
  unit = "cm"

[[source]]
id = "b"
names.en = "B"
places = [
    "[[source]]",
]
[source.table]
zone = "Asia/Bishkek"
[[source.table.columns]]
unit = "mm"
'''


def test_keys_are_found_in_their_own_row() -> None:
    lines = lines_of(TEXT)
    assert line_at(lines, ("origin",)) == 1
    assert line_at(lines, ("report_day", "zone")) == 4
    assert line_at(lines, ("source", 0)) == 10
    assert line_at(lines, ("source", 0, "table", "zone")) == 14
    assert line_at(lines, ("source", 0, "table", "columns", 1, "unit")) == 18
    assert line_at(lines, ("source", 1, "id")) == 21
    assert line_at(lines, ("source", 1, "names", "en")) == 22
    assert line_at(lines, ("source", 1, "table", "columns", 0, "unit")) == 29


def test_what_is_not_written_out_is_at_the_nearest_key_around_it() -> None:
    lines = lines_of(TEXT)
    assert line_at(lines, ("source", 0, "trigger", "every")) == 12
    assert line_at(lines, ("source", 1, "party")) == 20
    assert line_at(lines, ("source", 1, "table", "columns", 0, "heading")) == 28
    assert line_at(lines, ("party", 0)) == 1
