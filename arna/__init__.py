"""The roof: the command `arna` and the scheduled jobs. It wires the floors and decides nothing."""
