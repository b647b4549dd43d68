"""What tables have in common, whatever file they stand in: headings, rows, and the numbers and times of their cells."""
