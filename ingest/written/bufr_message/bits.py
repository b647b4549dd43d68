"""Bits of a section of data, one after another."""


class Spent(Exception):
    """The data end, or the work that one message may make, before the template does; its text says why."""


class Bits:
    """A place in bytes, counted in bits. Numbers are unsigned, the highest bit first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, width: int) -> int:
        """The next so many bits as a number. Raises `Spent` where fewer are left."""
        end = self._at + width
        if width < 0 or end > 8 * len(self._data):
            raise Spent(f"its data end at bit {self._at}, before its template does")
        held = int.from_bytes(self._data[self._at // 8 : (end + 7) // 8])
        self._at = end
        return held >> (-end % 8) & ((1 << width) - 1)

    def octets(self, count: int) -> bytes:
        """The next so many bytes, wherever they begin. Raises `Spent` where fewer are left."""
        return self.number(8 * count).to_bytes(count)

    def rest(self) -> int:
        """All bits that are left, as a number: nought where they only fill up the last byte."""
        return self.number(8 * len(self._data) - self._at)
