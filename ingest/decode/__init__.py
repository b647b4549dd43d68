"""The formats that messages come in: one line a format, each a pure function from bytes to what they say."""
