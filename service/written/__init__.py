"""What the forms of answers share: a table of columns for programs, words and pages for people."""
