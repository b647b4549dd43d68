"""Collections as OPeNDAP datasets (DAP 2.0): their layout, what an address asks of it, and the bytes of an answer.

Pure: no HTTP, no record. Values come in as arrays and go out as XDR, big-endian, as the protocol has them.
"""
