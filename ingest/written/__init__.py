"""How senders write, whatever the format: XML, JSON, lines, workbooks and BUFR; tables, channels, times and names."""
