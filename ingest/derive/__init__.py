"""Series that are computed from others: discharge by rating curves, storage and inflow of reservoirs, virtual posts."""
