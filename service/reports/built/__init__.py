"""The report of a period, built from the record: figures as columns over many stations, then rows made of them."""

from service.reports.built.build import build, days_read, figures_in

__all__ = ["build", "days_read", "figures_in"]
