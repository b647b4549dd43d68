"""Water accounts: what a basin had, what each party was due and was given, what was lost, and where gauges differ.

Pure functions of arrays and of declared facts; `account` alone reads the record. The last axis of every array is the
day, NaN is what is not known, and a sum with a missing part is missing.
"""
