"""What the pages of reports show: what was issued, with its files, and of days a calendar."""
