"""From a source to the record."""
