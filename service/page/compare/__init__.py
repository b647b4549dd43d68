"""The page that compares: several series side by side, and the two gauges of one gate against each other."""
