"""Places: reading them from addresses, and finding the stations that lie there."""
