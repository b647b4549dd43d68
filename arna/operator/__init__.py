"""What operators do by hand: look at the sources, the refusals, amend, fetch again what was missed."""
