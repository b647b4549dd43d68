"""The character encoding of a KN-15 message: UTF-8, KOI8-R or CP1251.

Groups are ASCII in all three; only free text and the word for "no report" differ. Neither message nor transport names
the encoding, so it is told by trial: what is valid UTF-8 is UTF-8; otherwise the one-byte table under which the text
looks more like Russian. The two tables swap the halves of the alphabet, so the wrong one yields improbable pairs.
"""

import re

_SAMPLE = 65_536
_CYRILLIC_WORD = re.compile("[\u0430-\u044f\u0451]{2,}")
_COMMON = (
    "ст но то на ен ов ни ра во ко ло ро ли по ре ос пр ан от ет ер ел ле ор та ка ть ит те ве ал де не ат од"
    " па ри пл ем ол ож до сн ег го ла ив ед из ты ль ин ил во вы ва да ди ам ой ий ие ая ое ек ки за ги др"
)
_PAIRS = frozenset(_COMMON.split())


def encoding_of(body: bytes) -> str:
    """Name of the encoding of `body`; with that name its decoding never fails and encoding gives the bytes back."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _one_byte_encoding(body)
    return "utf-8"


def pieces_of(body: bytes) -> list[tuple[str, str]]:
    """(text, encoding) of each stretch between the end marks `=`; telegrams of several senders may be mixed."""
    if encoding_of(body) == "utf-8":
        return [(piece, "utf-8") for piece in body.decode("utf-8").split("=")]
    fallback = _one_byte_encoding(body)
    return [_piece(piece, fallback) for piece in body.split(b"=")]


def _piece(piece: bytes, fallback: str) -> tuple[str, str]:
    try:
        return piece.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return piece.decode(fallback), fallback


def _one_byte_encoding(body: bytes) -> str:
    try:
        body.decode("cp1251")
    except UnicodeDecodeError:  # 0x98 is no character there; KOI8-R defines all 256
        return "koi8-r"
    sample = body[:_SAMPLE]
    as_cp1251, as_koi8 = (_likeness(sample.decode(name)) for name in ("cp1251", "koi8-r"))
    return "cp1251" if as_cp1251 > as_koi8 else "koi8-r"


def _likeness(text: str) -> int:
    words = _CYRILLIC_WORD.findall(text.casefold())
    return sum(word[i : i + 2] in _PAIRS for word in words for i in range(len(word) - 1))
