"""What happened to the record, as who follows it is told: of each entry what it brought, and what is amiss beside it.

An event of an entry has the index of that entry as its id, so that a consumer goes on from the last one that it knows,
at any worker, replica or mirror. Warnings, alarms and cosignatures are no entries: they have a time and no id.
"""
