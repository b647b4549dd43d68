"""Check that a report, a segment, a table of readings or one entry is unchanged and the same for both countries.

    python verify.py FILE... --policy POLICY [--lang en|ru|kk|ky]

It stands alone: Python 3.10 or newer and nothing else, so that who distrusts the rest need read only this, top to
bottom: the words, the policy, the signatures, the six steps of a proof, the last for each kind of file, the sentence.
FILE: what is to be checked, and its `.tlog-proof` files or a .zip of them; proofs alone are checked for what they hold.
POLICY: whose signatures are asked for (C2SP tlog-policy); get it from your own ministry, not from who gave you FILE.
Answers 0: shown to be unchanged; 1: not shown; 2: nothing was checked, because the command or the policy is wrong.

It shows that the record was kept. It does not show that a gauge told the truth, nor that a table has every row.
Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature (Ed25519), tlog-proof, tlog-policy; RFC 9162; RFC 8032.
No native reader has reviewed the Kazakh and Kyrgyz sentences yet.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

HEADER = b"c2sp.org/tlog-proof@v1\n"
MAX_POLICY, MAX_PROOF, MAX_TABLE, MAX_FILE = 64 << 10, 128 << 10, 200 << 20, 1 << 30
MAX_MEMBERS, MAX_LINES = 2000, 100
STALE = timedelta(hours=26)
UTC = timezone.utc  # noqa: UP017

# The words. `steps` are named in every failure; the reasons that stand here are translated, all others stay English.
EN = {
    "steps": "the proof file can be read|the log's signature on the checkpoint|the quorum of the ministries' "
    "signatures|way from the entry to the root|the entry reads as one of this log|the file is what the entry says",
    "same": "{what}: unchanged since {since} and the same for {whom} (signed: {signed}).",
    "both": "both",
    "all": "all who signed",
    "some": "{what}: unchanged since {since} (signed: {signed}; not: {lacking}). "
    'Nothing is said of "the same for both".',
    "nobody": "{what}: it is in the journal {origin} as the log signed it. No ministry signed, so nothing is said of "
    'since when it is unchanged, nor of "the same for both".',
    "failed": "{what}: NOT shown to be unchanged. Failed at step {step} of 6 ({name}): {why}. Keep the file.",
    "stale": "Stale view: these signatures are older than 26 hours. What the record says now needs a newer proof.",
    "rows": "Whether rows were left out, or corrected later, is not shown.",
    "report": "report {name}",
    "segment": "segment {name}",
    "table": "table {name} ({count} values)",
    "entry": "entry {index} ({kind}, source {source}, readings: {count})",
    "no proof": "there is no .tlog-proof among the files",
    "lacking": "the signature of {names} is lacking",
    "no way": "the hashes do not lead to the signed root, so this entry is not in this record",
    "changed": "no proven entry names its SHA-256: it was changed, or the proof belongs to another file",
    "differs": "line {line}, {column}: the file says {file}, entry {entry} says {said}",
    "unproved": "these entries lack a proof, get it at {ask}",
}
RU = {
    "steps": "чтение файла доказательства|подпись журнала под контрольной точкой|кворум подписей министерств|"
    "путь от записи к корню|чтение записи этого журнала|соответствие файла записи",
    "same": "{what}: без изменений с {since}, одно и то же для {whom} (подписали: {signed}).",
    "both": "обеих сторон",
    "all": "всех подписавших",
    "some": "{what}: без изменений с {since} (подписали: {signed}; не подписали: {lacking}). "
    "О том, одно ли это и то же для обеих сторон, ничего не сказано.",
    "nobody": "{what}: есть в журнале {origin}, как его подписал сам журнал. Ни одно министерство не подписало: "
    "с каких пор нет изменений и одно ли это и то же для обеих сторон, не сказано.",
    "failed": "{what}: НЕ показано, что изменений нет. Не пройден шаг {step} из 6 ({name}): {why}. Сохраните файл.",
    "stale": "Устаревшие сведения: этим подписям более 26 часов. Для нынешнего состояния нужно новое доказательство.",
    "rows": "Не пропущены ли строки и не исправлены ли они позже, этим не показано.",
    "report": "отчёт {name}",
    "segment": "сегмент {name}",
    "table": "таблица {name} (значений: {count})",
    "entry": "запись {index} ({kind}, источник {source}, измерений: {count})",
    "no proof": "среди файлов нет .tlog-proof",
    "lacking": "нет подписи: {names}",
    "no way": "хеши не ведут к подписанному корню, этой записи нет в этом журнале",
    "changed": "его SHA-256 не назван ни в одной доказанной записи: файл изменён или доказательство от другого файла",
    "differs": "строка {line}, {column}: в файле {file}, в записи {entry} {said}",
    "unproved": "для этих записей нет доказательства, запросите {ask}",
}
KK = {
    "steps": "дәлел файлын оқу|бақылау нүктесіндегі журнал қолтаңбасы|министрліктер қолтаңбаларының кворумы|"
    "жазбадан түбірге дейінгі жол|осы журналдың жазбасын оқу|файлдың жазбаға сәйкестігі",
    "same": "{what}: {since} уақытынан бері өзгермеген, {whom} үшін бірдей (қол қойғандар: {signed}).",
    "both": "екі тарап",
    "all": "қол қойғандардың бәрі",
    "some": "{what}: {since} уақытынан бері өзгермеген (қол қойғандар: {signed}; қол қоймағандар: {lacking}). "
    "Екі тарап үшін бірдей екені туралы ештеңе айтылмайды.",
    "nobody": "{what}: {origin} журналында бар, оған журналдың өзі ғана қол қойған. Бірде-бір министрлік қол қоймаған: "
    "қай уақыттан бері өзгермегені де, екі тарап үшін бірдей екені де айтылмайды.",
    "failed": "{what}: өзгермегені КӨРСЕТІЛМЕДІ. 6 қадамның {step}-қадамы өтпеді ({name}): {why}. Файлды сақтаңыз.",
    "stale": "Ескірген көрініс: бұл қолтаңбаларға 26 сағаттан асты. Қазіргі жағдай үшін жаңа дәлел керек.",
    "rows": "Жолдардың қалдырылмағаны немесе кейін түзетілмегені бұл арқылы көрсетілмейді.",
    "report": "есеп {name}",
    "segment": "сегмент {name}",
    "table": "кесте {name} (мәндер: {count})",
    "entry": "жазба {index} ({kind}, көзі {source}, өлшемдер: {count})",
    "no proof": "файлдардың арасында .tlog-proof жоқ",
    "lacking": "мына қолтаңба жоқ: {names}",
    "no way": "хештер қол қойылған түбірге апармайды, бұл жазба осы журналда жоқ",
    "changed": "оның SHA-256 мәні дәлелденген жазбаларда жоқ: файл өзгертілген немесе дәлел басқа файлдікі",
    "differs": "{line}-жол, {column}: файлда {file}, {entry} жазбасында {said}",
    "unproved": "мына жазбалардың дәлелі жоқ, сұратыңыз: {ask}",
}
KY = {
    "steps": "далил файлын окуу|текшерүү чекитиндеги журналдын колтамгасы|министрликтердин колтамгаларынын кворуму|"
    "жазуудан тамырга чейинки жол|ушул журналдын жазуусун окуу|файлдын жазууга дал келиши",
    "same": "{what}: {since} убактысынан бери өзгөргөн эмес, {whom} үчүн бирдей (кол койгондор: {signed}).",
    "both": "эки тарап",
    "all": "кол койгондордун баары",
    "some": "{what}: {since} убактысынан бери өзгөргөн эмес (кол койгондор: {signed}; кол койбогондор: {lacking}). "
    "Эки тарап үчүн бирдей экени тууралуу эч нерсе айтылбайт.",
    "nobody": "{what}: {origin} журналында бар, ага журналдын өзү гана кол койгон. Бир дагы министрлик кол койгон "
    "эмес: качантан бери өзгөрбөгөнү да, эки тарап үчүн бирдей экени да айтылбайт.",
    "failed": "{what}: өзгөрбөгөнү КӨРСӨТҮЛГӨН ЖОК. 6 кадамдын {step}-кадамы өткөн жок ({name}): {why}. "
    "Файлды сактаңыз.",
    "stale": "Эскирген көрүнүш: бул колтамгаларга 26 сааттан ашты. Азыркы абал үчүн жаңы далил керек.",
    "rows": "Саптар калтырылбаганы же кийин оңдолбогону муну менен көрсөтүлбөйт.",
    "report": "отчёт {name}",
    "segment": "сегмент {name}",
    "table": "таблица {name} (маанилер: {count})",
    "entry": "жазуу {index} ({kind}, булагы {source}, өлчөөлөр: {count})",
    "no proof": "файлдардын арасында .tlog-proof жок",
    "lacking": "бул колтамга жок: {names}",
    "no way": "хештер кол коюлган тамырга алып барбайт, бул жазуу ушул журналда жок",
    "changed": "анын SHA-256 мааниси далилденген жазууларда жок: файл өзгөртүлгөн же далил башка файлдыкы",
    "differs": "{line}-сап, {column}: файлда {file}, {entry} жазуусунда {said}",
    "unproved": "бул жазуулардын далили жок, сураңыз: {ask}",
}
LANGUAGES = {"en": EN, "ru": RU, "kk": KK, "ky": KY}
STEP_FILE, STEP_LOG, STEP_QUORUM, STEP_WAY, STEP_ENTRY, STEP_CONTENT = range(1, 7)


class FailedError(Exception):
    """A step that did not hold: its number, and a reason that is a word of the tables above or plain English."""

    def __init__(self, step: int, reason: str, **fields: object) -> None:
        super().__init__(reason)
        self.step, self.reason, self.fields = step, reason, fields


class UsageError(Exception):
    """The command or the policy is wrong, so that nothing was checked."""


# The policy: `log <key> [url]`, `witness <name> <key> [url]`, `group <name> all|any|<k> <members>`, `quorum <name>`.
@dataclass(frozen=True)
class Key:
    """An Ed25519 key: of kind 1 that of a log, of kind 4 that of a witness."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that a signature line begins with."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]


@dataclass
class Policy:
    """Logs by origin, witnesses by the name that the policy gives them, groups as (how many, of whom)."""

    logs: dict[str, Key] = field(default_factory=dict)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    def holds(self, name: str, signed: Mapping[str, int]) -> bool:
        """Whether those who signed make the quorum `name`."""
        if name in self.witnesses:
            return name in signed
        needed, members = self.groups[name]
        return sum(self.holds(member, signed) for member in members) >= needed


def read_policy(text: str) -> Policy:
    """Read a policy line by line."""
    policy = Policy()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        try:
            if words:
                _take(policy, words)
        except (ValueError, IndexError, KeyError) as fault:
            raise UsageError(f"line {number} of the policy cannot be read: {fault}") from None
    if not policy.logs or not policy.quorum:
        raise UsageError("the policy names no log, or no quorum")
    return policy


def _take(policy: Policy, words: list[str]) -> None:
    if words[0] == "log":
        key = read_key(words[1])
        policy.logs[key.name] = key
    elif words[0] == "witness":
        policy.witnesses[words[1]] = read_key(words[2])
    elif words[0] == "group":
        members = words[3:]
        if not members or any(one not in policy.witnesses and one not in policy.groups for one in members):
            raise ValueError("a group has members that are named before it")
        needed = {"all": len(members), "any": 1}.get(words[2]) or int(words[2])
        if not 1 <= needed <= len(members) or words[1] in policy.witnesses:
            raise ValueError("a group asks for as many as it has, and its name is its own")
        policy.groups[words[1]] = needed, members
    elif words[0] == "quorum" and words[1] in {"none", *policy.witnesses, *policy.groups}:
        policy.quorum = words[1]
    else:
        raise ValueError(f"{' '.join(words)[:60]!r} is not understood")


def read_key(text: str) -> Key:
    """Read `name+id+base64`, and hold the id against the rest."""
    name, said, encoded = text.split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    key = Key(name, raw[0], raw[1:])
    if key.id.hex() != said or key.kind not in (1, 4) or len(key.public) != 32:
        raise ValueError(f"the key of {name} is damaged, or not an Ed25519 key")
    return key


# Signatures. Ed25519 of RFC 8032, by the package cryptography where it is installed, else by the code below.
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * CURVE, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % PRIME, (d - c) % PRIME, (d + c) % PRIME, (b + a) % PRIME
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point, number = _add(point, point), number >> 1
    return found


def _point(raw: bytes) -> Point:
    """The point that 32 bytes stand for; ValueError where they stand for none."""
    y, sign = int.from_bytes(raw, "little") & ((1 << 255) - 1), raw[31] >> 7
    if y >= PRIME:
        raise ValueError("not a point")
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT % PRIME
    if (x * x - square) % PRIME or (x == 0 and sign):
        raise ValueError("not a point")
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 64 bytes are the signature of the key over the message, in plain Python."""
    try:
        key, nonce = _point(public), _point(signature[:32])
    except ValueError:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = _times(scalar, BASE)
    right = _add(nonce, _times(int.from_bytes(digest, "little") % ORDER, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the key signed the message."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519(public, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Step 1: the proof file.
@dataclass(frozen=True)
class Proof:
    """An entry and its index, the hashes from its sibling up, and the signed checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    entry: bytes
    text: str
    signatures: list[tuple[str, bytes]]


def read_proof(raw: bytes) -> Proof:
    """Take a proof file apart."""
    try:
        if len(raw) > MAX_PROOF:
            raise ValueError(f"it has more than {MAX_PROOF} bytes")
        head, note = raw[len(HEADER) :].decode().split("\n\n", 1)
        extra, index, *hashes = head.split("\n")
        if not extra.startswith("extra ") or not re.fullmatch(r"index (0|[1-9][0-9]{0,18})", index):
            raise ValueError("it does not hold the entry and its index")
        text, _, tail = note.rpartition("\n\n")
        decoded = tuple(_base64(one) for one in hashes)
        if len(decoded) > 63 or any(len(one) != 32 for one in decoded):
            raise ValueError("its hashes are not 32 bytes each")
        lines = tail.split("\n")
        if lines.pop() != "" or len(lines) > MAX_LINES:
            raise ValueError("its signature lines are not as they should be")
        signatures = [_signature(line) for line in lines]
        return Proof(int(index[6:]), decoded, _base64(extra[6:]), text + "\n", signatures)
    except ValueError as fault:
        raise FailedError(STEP_FILE, f"{fault}") from None


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, encoded = line.split(" ")
    raw = _base64(encoded)
    if dash != "\u2014" or not name or len(raw) < 5:
        raise ValueError("a signature line is not one")
    return name, raw


def _base64(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 that is spelled otherwise than it should be")
    return raw


# Steps 2 and 3: who signed the checkpoint.
@dataclass(frozen=True)
class Checkpoint:
    """The signed size and root, and the witnesses that signed with their times."""

    origin: str
    size: int
    root: bytes
    signed: dict[str, int]


def check_signatures(proof: Proof, policy: Policy) -> Checkpoint:
    """That the log of the policy signed the checkpoint, and the witnesses that the quorum asks for."""
    lines = proof.text.split("\n")
    if len(lines) < 4 or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise FailedError(STEP_LOG, "the checkpoint names no origin and size")
    try:
        root = _base64(lines[2])
    except ValueError:
        root = b""
    log = policy.logs.get(lines[0])
    if len(root) != 32 or log is None:
        raise FailedError(STEP_LOG, f"the checkpoint is of {lines[0][:80]!r}, a log that the policy does not name")
    if _signed(proof, log) is None:
        raise FailedError(STEP_LOG, f"the log {log.name} did not sign the checkpoint")
    times = {name: _signed(proof, key) for name, key in policy.witnesses.items()}
    signed = {name: time for name, time in times.items() if time is not None}
    if policy.quorum != "none" and not policy.holds(policy.quorum, signed):
        names = ", ".join(name for name in policy.witnesses if name not in signed)
        raise FailedError(STEP_QUORUM, "lacking", names=names)
    return Checkpoint(lines[0], int(lines[1]), root, signed)


def _signed(proof: Proof, key: Key) -> int | None:
    """The time at which the key signed, 0 for a log; None where it did not."""
    for name, raw in proof.signatures:
        if name != key.name or raw[:4] != key.id:
            continue
        time, signature, message = 0, raw[4:], proof.text
        if key.kind == 4:
            time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
            message = f"cosignature/v1\ntime {time}\n{proof.text}"
        if not accepts(key.public, signature, message.encode()):
            step = STEP_LOG if key.kind == 1 else STEP_QUORUM
            raise FailedError(step, f"the signature of {name} does not fit the checkpoint")
        return time
    return None


# Step 4: the way from the entry to the root (RFC 9162, section 2.1.3.2).
def check_way(proof: Proof, said: Checkpoint) -> None:
    """That hashing the entry with the hashes of the proof gives the signed root."""
    if proof.index >= said.size:
        raise FailedError(STEP_WAY, f"entry {proof.index} lies outside of the {said.size} entries that were signed")
    place, last = proof.index, said.size - 1
    digest = hashlib.sha256(b"\0" + proof.entry).digest()
    for sibling in proof.hashes:
        if last == 0:
            raise FailedError(STEP_WAY, "no way")
        if place & 1 or place == last:
            digest = hashlib.sha256(b"\1" + sibling + digest).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\1" + digest + sibling).digest()
        place, last = place >> 1, last >> 1
    if last or digest != said.root:
        raise FailedError(STEP_WAY, "no way")


# Step 5: what the entry says. It is a signed note: a line for its kind, a line of JSON, a blank line, signatures.
@dataclass(frozen=True)
class Entry:
    """A proven entry: its index, kind and content, and the checkpoint that covers it."""

    index: int
    kind: str
    content: dict[str, Any]
    checkpoint: Checkpoint


def read_entry(proof: Proof, said: Checkpoint) -> Entry:
    """Read the entry, which must be one of the log that signed the checkpoint."""
    try:
        kind, line, *_ = proof.entry.decode().split("\n")
        content = json.loads(line, object_pairs_hook=_no_key_twice)
        found = re.fullmatch("arna/([a-z]+)/v1", kind)
        if found is None or not isinstance(content, dict) or "source" not in content:
            raise ValueError("it is no entry of a kind that is known")
        if content.get("log") != said.origin:
            raise ValueError(f"it is an entry of {content.get('log')!r}, not of {said.origin}")
    except (ValueError, RecursionError) as fault:
        raise FailedError(STEP_ENTRY, f"{fault}") from None
    return Entry(proof.index, found[1], content, said)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in it")
    return found


def prove(raw: bytes, policy: Policy) -> Entry:
    """Steps 1 to 5 for one proof file."""
    proof = read_proof(raw)
    said = check_signatures(proof, policy)
    check_way(proof, said)
    return read_entry(proof, said)


# Step 6: the file is what the entry says.
FLAGS = {"good": 1, "unknown": 2, "suspect": 3, "bad": 4, "missing": 9}


def check_hashed(body: bytes, entries: Iterable[Entry]) -> tuple[str, list[Entry]]:
    """That a report or a segment has the SHA-256 that an entry names; which of the two it is, and the entry."""
    digest = hashlib.sha256(body).hexdigest()
    for entry in entries:
        content = entry.content
        if entry.kind == "report" and any(form["sha256"] == digest for form in content["report"]["forms"]):
            return "report", [entry]
        if entry.kind == "seal" and (content["segment"]["sha256"], content["segment"]["bytes"]) == (digest, len(body)):
            return "segment", [entry]
    raise FailedError(STEP_CONTENT, "changed")


def check_table(body: bytes, entries: Iterable[Entry]) -> tuple[int, list[Entry]]:
    """That each value of a CSV, with its flag, is what its entry says; how many there are, and the entries."""
    if len(body) > MAX_TABLE:
        raise FailedError(STEP_CONTENT, f"a table of more than {MAX_TABLE} bytes")
    proven = {entry.index: entry for entry in entries}
    said = {number: _readings(entry) for number, entry in proven.items()}
    used: set[int] = set()
    lacking: set[int] = set()
    count = 0
    for line, cell in _cells(body):
        if cell.entry not in said:
            lacking.add(cell.entry)
            continue
        _compare(line, cell, said[cell.entry].get((cell.station, cell.quantity, cell.time), []))
        used.add(cell.entry)
        count += 1
    if lacking:
        ask = "/proof?entry=" + ",".join(map(str, sorted(lacking)[:1000]))
        raise FailedError(STEP_CONTENT, "unproved", ask=ask)
    if not count:
        raise FailedError(STEP_CONTENT, "the table has no value that names its entry")
    return count, [proven[number] for number in sorted(used)]


@dataclass(frozen=True)
class Cell:
    """A value of a table: where it stands, what it says, and the entry that it names."""

    column: str
    station: str
    quantity: str
    time: str
    value: str
    flag: str
    entry: int


def _cells(body: bytes) -> Iterator[tuple[int, Cell]]:
    try:
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
        header = next(rows, [])
        quantities = [name[: -len("_entry")] for name in header if name.endswith("_entry")]
        places = {name.split(" [")[0]: place for place, name in enumerate(header)}
        station, time = places["station_id"], places["time_utc"]
        for line, row in enumerate(rows, start=2):
            for name in quantities:
                entry = row[places[f"{name}_entry"]]
                value, flag = row[places[name]], row[places[f"{name}_flag"]]
                if not entry and value:
                    raise ValueError(f"line {line}, {name}: a value that names no entry")
                if entry:
                    yield line, Cell(header[places[name]], row[station], name, row[time], value, flag, int(entry))
    except (ValueError, KeyError, IndexError, csv.Error) as fault:
        raise FailedError(STEP_CONTENT, f"the table is not one of this record: {fault}") from None


def _readings(entry: Entry) -> dict[tuple[str, str, str], list[tuple[str | None, str]]]:
    """Value and flag of each reading of a batch, by station, quantity and time."""
    found: dict[tuple[str, str, str], list[tuple[str | None, str]]] = {}
    if entry.kind == "batch":
        for number, time, value, flag, _ in entry.content["rows"]:
            station, quantity, _ = entry.content["series"][number]["id"].split(".", 2)
            found.setdefault((station, quantity, time), []).append((value, flag))
    return found


def _compare(line: int, cell: Cell, said: list[tuple[str | None, str]]) -> None:
    for value, flag in said:
        same = (not cell.value) if value is None else (cell.value != "" and float(cell.value) == float(value))
        if same and cell.flag == str(FLAGS.get(flag)):
            return
    words = "; ".join(f"{value} ({flag})" for value, flag in said) or "-"
    file = f"{cell.value or '-'} ({next((word for word, no in FLAGS.items() if str(no) == cell.flag), cell.flag)})"
    raise FailedError(STEP_CONTENT, "differs", line=line, column=cell.column, file=file, entry=cell.entry, said=words)


# The sentence.
@dataclass(frozen=True)
class Outcome:
    """What to say, and whether all was shown to be unchanged."""

    lines: list[str]
    shown: bool


def verify(files: Mapping[str, bytes], policy: Policy, words: Mapping[str, str], now: datetime) -> Outcome:
    """Check the files by name, each of which is a thing or its proof; a sentence for each thing."""
    lines, shown, entries, proofs = [], True, list[Entry](), dict[str, bytes]()
    things = {name: body for name, body in files.items() if not _is_proof(body)}
    try:
        proofs = _proofs(files)
        if not proofs:
            raise FailedError(STEP_FILE, "no proof")
        entries = [prove(raw, policy) for raw in proofs.values()]
    except FailedError as fault:
        return Outcome([_failure(name, fault, words) for name in things or proofs or files], shown=False)
    for name, body in (things or {str(one.index): b"" for one in entries}).items():
        try:
            what, used = _thing(name, body, entries, words) if things else _itself(int(name), entries, words)
            lines += _sentences(what, used, policy, words, now)
        except FailedError as fault:
            lines.append(_failure(name, fault, words))
            shown = False
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as fault:
            lines.append(_failure(name, FailedError(STEP_ENTRY, f"it cannot be read: {fault!r}"), words))
            shown = False
    return Outcome(lines, shown)


def _thing(name: str, body: bytes, entries: list[Entry], words: Mapping[str, str]) -> tuple[str, list[Entry]]:
    if name.lower().endswith(".csv"):
        count, used = check_table(body, entries)
        return words["table"].format(name=name, count=count), used
    kind, used = check_hashed(body, entries)
    return words[kind].format(name=name), used


def _itself(index: int, entries: list[Entry], words: Mapping[str, str]) -> tuple[str, list[Entry]]:
    entry = next(one for one in entries if one.index == index)
    kind, source, count = entry.kind, entry.content["source"], len(entry.content.get("rows", []))
    return words["entry"].format(index=index, kind=kind, source=source, count=count), [entry]


def _sentences(what: str, used: list[Entry], policy: Policy, words: Mapping[str, str], now: datetime) -> list[str]:
    """The sentence, by the checkpoint that was signed last among those of the entries; and what must be added to it."""
    last = max((entry.checkpoint for entry in used), key=lambda one: max(one.signed.values(), default=0))
    if not last.signed:
        return [words["nobody"].format(what=what, origin=last.origin)]
    since = max(last.signed.values())
    signed = ", ".join(f"{name} {_time(time)}" for name, time in last.signed.items())
    lacking = ", ".join(name for name in policy.witnesses if name not in last.signed)
    whom = words["both"] if len(policy.witnesses) == 2 else words["all"]
    form = "some" if lacking else "same"
    said = [words[form].format(what=what, since=_time(since), whom=whom, signed=signed, lacking=lacking)]
    if what.startswith(words["table"].split("{")[0]):
        said.append(words["rows"])
    if now - datetime.fromtimestamp(since, UTC) > STALE:
        said.append(words["stale"])
    return said


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _failure(name: str, fault: FailedError, words: Mapping[str, str]) -> str:
    why = words[fault.reason].format(**fault.fields) if fault.reason in words else fault.reason
    step = words["steps"].split("|")[fault.step - 1]
    return words["failed"].format(what=name, step=fault.step, name=step, why=" ".join(why.split()))


# Files and the command.
def _is_proof(body: bytes) -> bool:
    return body.startswith((HEADER, b"PK\3\4"))


def _proofs(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every proof file by its name, those of a zip too."""
    found = {name: body for name, body in files.items() if body.startswith(HEADER)}
    for name, body in files.items():
        if body.startswith(b"PK\3\4"):
            found.update(_unpacked(name, body))
    return found


def _unpacked(name: str, body: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            members = packed.infolist()
            if len(members) > MAX_MEMBERS or any(one.file_size > MAX_PROOF for one in members):
                raise ValueError(f"more than {MAX_MEMBERS} files, or one of more than {MAX_PROOF} bytes")
            found = {}
            for one in members:
                with packed.open(one) as member:
                    found[f"{name}/{one.filename}"] = member.read(MAX_PROOF + 1)
            return found
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, OSError, EOFError, zlib.error) as fault:
        raise FailedError(STEP_FILE, f"{name} is no zip of proofs: {fault}") from None


def main(argv: Sequence[str], now: Callable[[], datetime]) -> int:
    """Check the files that the command names, and say so."""
    parser = argparse.ArgumentParser(prog="verify", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="what to check; its .tlog-proof files, or a zip")
    parser.add_argument("--policy", help="whose signatures are asked for; a file `policy` beside FILE if none")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="en", help="the language of the answer")
    try:
        asked = parser.parse_args(argv)
        policy = read_policy(_read(_policy_path(asked), MAX_POLICY).decode())
        files = {os.path.basename(path): _read(path, MAX_FILE) for path in asked.files}
    except SystemExit as left:
        return 2 if left.code else 0
    except (UsageError, OSError, UnicodeDecodeError) as fault:
        sys.stderr.write(f"verify: {fault}\n")
        return 2
    outcome = verify(files, policy, LANGUAGES[asked.lang], now())
    sys.stdout.write("\n".join(outcome.lines) + "\n")
    return 0 if outcome.shown else 1


def _policy_path(asked: argparse.Namespace) -> str:
    if asked.policy:
        return str(asked.policy)
    beside = os.path.join(os.path.dirname(asked.files[0]), "policy")
    if not os.path.exists(beside):
        raise UsageError("name the policy of your ministry with --policy, or lay it beside the file as `policy`")
    return beside


def _read(path: str, at_most: int) -> bytes:
    if os.path.getsize(path) > at_most:
        raise UsageError(f"{path} has more than {at_most} bytes")
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    sys.exit(main(sys.argv[1:], lambda: datetime.now(UTC)))  # noqa: TID251
