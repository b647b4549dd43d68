"""The languages of the record: its sentences, numbers, dates and units in Kazakh, Kyrgyz, Russian and English.

A text of the house is written in English and stands in `catalogues/<language>.po` under itself. The terms of the field
stand in `words`, by the ids under which the record knows what they name.
"""

from service.language.count import Count
from service.language.language import LANGUAGES, Language, Parts, language_called
from service.language.phrase import Phrase, phrase, phrases

__all__ = [
    "LANGUAGES",
    "Count",
    "Language",
    "Parts",
    "Phrase",
    "language_called",
    "phrase",
    "phrases",
]
