"""The overview: the newest readings of every station, and the last report day that has ended, on one page."""
