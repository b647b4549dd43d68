"""Papers: what a document tells in one language, laid out as sections, tables, sentences and charts.

A form of `FORMS` writes a paper as PDF, workbook or page. Papers know nothing of rivers, and forms nothing of figures.
"""
