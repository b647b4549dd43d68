"""The workbooks of the golden messages: made up, cell by cell.

`python -m tests.ingest.golden_workbooks` writes them anew, byte for byte the same.
"""

from tests.ingest.golden import FOLDER
from tests.ingest.workbooks import Formula, Number, Tab, day, workbook

_CLOCK = 2
"""The style of a time of day."""
_HEAD = ("Дата", "Уровень, м", "Объём, млн м3", "Приток, м3/с", "Попуск, м³/с", "Прим.")

RESERVOIR = {
    "март 2026": Tab(
        [
            ["Пример: режим работы водохранилища"],
            [],
            _HEAD,
            [day(46082), Number("812.349999999999994"), Number("301.2"), Number("11.3"), Number("24.5"), "лёд"],
            ["02.03.2026", "812,40", "1\u00a0301,0", "н/д", Number("24.50")],
            [Number("46084"), "812.44", None, Formula("D5*2", "12.5"), Formula("E5")],
            [day(46085), Formula("1/0", "#DIV/0!", "e"), day(46151), Formula("TRUE()", "1", "b"), "24 .5"],
            ["31.02.2026", Number("812.5"), None, None, None],
            [day("46087.25"), Number("812.6"), None, None, None],
            [day(46088), None, None, None, None, "не заполнено"],
            ["Итого", None, None, Number("35.9"), None],
            [None, None, None, None, None, "Составил: пример"],
        ],
        merged=["A1:F1"],
    ),
    "апрель 2026": Tab(
        [
            ["Попуск, м³/с", "Дата", "Уровень, см", "Приток, м3/с", "Объем, млн м3"],
            [Number("1.05E1"), day(46113), Number("81290"), Number("-0.5"), Number("302")],
        ]
    ),
    "Памятка": Tab([["Заполнять ежедневно до 9:00"]]),
    "старое": Tab([_HEAD, [day(46000), Number("1")]], state="hidden"),
}

STATIONS = Tab(
    [
        ["Сводка по постам (пример)"],
        ["Дата", "Срок", "Верхний  пост", None, "Нижний пост", None],
        [None, None, "Уровень", "Расход", "Расход", "Расход"],
        [
            day(44684),
            Number("0.333333333333333", _CLOCK),
            Number("204"),
            Number("12.1"),
            Number("15.8"),
            Number("27.9"),
        ],
        [None, "20:00", Number("206"), "-", None, None],
        [day(44685), "25:00", Number("207"), None, Number("15.9"), None],
        [day(44685), day(44685), None, Number("12.3"), None, None],
        [day("44686.5"), "8:00", None, Number("12.4"), None, None],
    ],
    merged=["A1:F1", "A2:A3", "B2:B3", "C2:D2", "A4:A5"],
)

YEAR = Tab(
    [
        ["Ежедневные расходы воды за 2025 год, м3/с (пример)"],
        ["Число", "январь", "Февр.", "март", "Примечание"],
        [Number("1"), Number("3.1"), Number("2.9"), Number("4.4")],
        [Number("28"), Number("3.0"), "2,8", "-"],
        [Number("29"), Number("3.0"), "-", Number("5.2")],
        [Number("30"), Number("2.9"), None, Number("5.3")],
        [Number("31"), Number("2.9"), Number("2.7"), Number("5.5")],
        ["Средн.", Number("3.0"), Number("2.8"), Number("5.1")],
    ],
    merged=["A1:E1"],
)

WORDS = {
    "Канал": Tab(
        [
            ["Водозабор канала (пример), 2026 год"],
            ["Дата", "Водозабор", None],
            [None, "план", "факт"],
            ["5 января", Number("1"), "1,5"],
            ["6 янв.", Number("1"), "1.6"],
            ["7 ақпан", Number("1"), Number("1.7")],
            [day(45665), Number("1"), Number("1.8")],
            ["8 брюмера", Number("1"), Number("1.9")],
        ],
        merged=["A2:A3", "B2:C2"],
    )
}

DAYS = {
    "янв.2026": Tab([["Число", "Сток, л/с"], [Number("1"), Number("150")], ["2", "н/б"], [day(46024), Number("152")]]),
    "02-2026": Tab([["Число", "Сток, м3/с"], [Number("29"), Number("0.15")], [day(46023), Number("0.16")]]),
    "Лист3": Tab([["Число", "Сток, м3/с"], [Number("1"), Number("0.17")]]),
}

POST = {
    "Лист1": Tab(
        [
            ["15194 р.Примерная - с.Примерное"],
            ["Дата", "Расход, м3/с", "Прим."],
            [day(45292), Number("3.21")],
            ["02.01.2024", "3,3"],
            ["03.01.2024", None],
            ["04.01.2024", "-", "лёд"],
            ["31.11.2024", Number("3.5")],
            [day("45297.5"), Number("3.5")],
            [day(45298), Formula("B3")],
            [day(45299), day(45299)],
            [None, Number("3.6")],
            ["10.01.2024", Number("3.70"), "шуга"],
        ]
    ),
    "Лист2": Tab([]),
}

WITHOUT_CODE = {"Q": Tab([["Date", "Q (л/с)"], ["01.07.2025", Number("870")], ["02.07.2025", "н/б"]])}

BOOKS = {
    "xlsx-table/reservoir.xlsx": workbook(RESERVOIR),
    "xlsx-table/stations.xlsx": workbook({"сводка": STATIONS}, since_1904=True),
    "xlsx-table/year.xlsx": workbook({"15194": YEAR}),
    "xlsx-table/words.xlsx": workbook(WORDS),
    "xlsx-table/days.xlsx": workbook(DAYS),
    "daily-runoff/post.xlsx": workbook(POST),
    "daily-runoff/without-code.xlsx": workbook(WITHOUT_CODE),
}


if __name__ == "__main__":
    for name, body in BOOKS.items():
        (FOLDER / name).write_bytes(body)
