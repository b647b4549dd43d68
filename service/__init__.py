"""From the record to a reader."""
