"""The languages of the record: its sentences, numbers, dates and units in Kazakh, Kyrgyz, Russian and English.

A text of the house is written in English and stands in `catalogues/<language>.po` under itself.
"""

from service.language.language import LANGUAGES, Language, language_called
from service.language.phrase import Phrase, phrase

__all__ = ["LANGUAGES", "Language", "Phrase", "language_called", "phrase"]
