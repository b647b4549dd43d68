"""A day of operation, played in less: many stations, every kind of source, and all that goes wrong."""
