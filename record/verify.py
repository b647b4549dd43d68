"""Check that a report, a segment, a table of readings or one entry is unchanged and the same for both countries.

    python verify.py FILE... --policy POLICY [--lang en|ru|kk|ky] [--series ID --time TIME]

It stands alone: Python 3.9 or newer and nothing else, so that who distrusts the rest need read only this, top to
bottom: the words, the policy, the signatures, the six steps of a proof, the last for each kind of file, the sentence.
FILE: what is to be checked, and its `.tlog-proof` files or a .zip of them; proofs alone are checked for what they hold.
With no proof among them the file of the same name but `.tlog-proof` beside each is taken; a PDF can bear its own.
POLICY: whose signatures are asked for (C2SP tlog-policy); get it from your own ministry, not from who gave you FILE.
Answers 0: shown to be unchanged; 1: not shown; 2: nothing was checked: no proof at hand, or a wrong command or policy.

It shows that the record was kept. It does not show that a gauge told the truth, nor that a table has every row.
Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy; RFC 9162; RFC 8032.
No native reader has reviewed the Kazakh and Kyrgyz sentences yet.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import os
import re
import struct
import sys
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple, Tuple  # noqa: UP035

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

HEADER = b"c2sp.org/tlog-proof@v1\n"
MAX_POLICY, MAX_PROOF, MAX_TABLE, MAX_FILE = 64 << 10, 128 << 10, 200 << 20, 1 << 30
MAX_MEMBERS, MAX_LINES = 2000, 100
MAX_TIME = 253_402_300_800  # the year 10000
STALE = timedelta(hours=26)
UTC = timezone.utc  # noqa: UP017

# The words. `steps` are named in every failure; the reasons that stand here are translated, all others stay English.
EN = {
    "steps": "the proof file can be read|the log's signature on the checkpoint|the quorum of the ministries' "
    "signatures|way from the entry to the root|the entry reads as one of this log|the file is what the entry says",
    "same": "{what}: unchanged since {since} and the same for {whom} (signed: {signed}).",
    "both": "both",
    "some": "{what}: unchanged since {since} (signed: {signed}; not: {lacking}). "
    'Nothing is said of "the same for both".',
    "nobody": "{what}: it is in the journal {origin} as the log signed it. No ministry signed, so nothing is said of "
    'since when it is unchanged, nor of "the same for both".',
    "failed": "{what}: NOT shown to be unchanged. Failed at step {step} of 6 ({name}): {why}. Keep the file.",
    "stale": "Stale view: these signatures are older than 26 hours. What the record says now needs a newer proof.",
    "unchecked": "Not counted: {names}, whose ML-DSA key this file cannot check.",
    "unsourced": "Who entered it was not checked: the policy names no gateway.",
    "rows": "Whether rows or values were left out, or corrected later, is not shown.",
    "report": "report {name}",
    "segment": "segment {name}",
    "table": "table {name} ({count} values)",
    "entry": "entry {index} ({kind}, source {source}, readings: {count})",
    "no proof": "{what}: nothing could be checked: there is no proof of it at hand (.tlog-proof).",
    "staple": "the proof behind the paper is not as it was stapled there: a byte of it was changed",
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
    "some": "{what}: без изменений с {since} (подписали: {signed}; не подписали: {lacking}). "
    "О том, одно ли это и то же для обеих сторон, ничего не сказано.",
    "nobody": "{what}: есть в журнале {origin}, как его подписал сам журнал. Ни одно министерство не подписало: "
    "с каких пор нет изменений и одно ли это и то же для обеих сторон, не сказано.",
    "failed": "{what}: НЕ показано, что изменений нет. Не пройден шаг {step} из 6 ({name}): {why}. Сохраните файл.",
    "stale": "Устаревшие сведения: этим подписям более 26 часов. Для нынешнего состояния нужно новое доказательство.",
    "unchecked": "Не учтены: {names}; их ключ ML-DSA эта программа проверить не может.",
    "unsourced": "Кто внёс запись, не проверено: в политике не назван ни один шлюз.",
    "rows": "Не пропущены ли строки или значения и не исправлены ли они позже, этим не показано.",
    "report": "отчёт {name}",
    "segment": "сегмент {name}",
    "table": "таблица {name} (значений: {count})",
    "entry": "запись {index} ({kind}, источник {source}, измерений: {count})",
    "no proof": "{what}: ничего не проверено: среди файлов нет доказательства (.tlog-proof).",
    "staple": "доказательство в конце документа не такое, каким его приложили: в нём изменён байт",
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
    "some": "{what}: {since} уақытынан бері өзгермеген (қол қойғандар: {signed}; қол қоймағандар: {lacking}). "
    "Екі тарап үшін бірдей екені туралы ештеңе айтылмайды.",
    "nobody": "{what}: {origin} журналында бар, оған журналдың өзі ғана қол қойған. Бірде-бір министрлік қол қоймаған: "
    "қай уақыттан бері өзгермегені де, екі тарап үшін бірдей екені де айтылмайды.",
    "failed": "{what}: өзгермегені КӨРСЕТІЛМЕДІ. 6 қадамның {step}-қадамы өтпеді ({name}): {why}. Файлды сақтаңыз.",
    "stale": "Ескірген көрініс: бұл қолтаңбаларға 26 сағаттан асты. Қазіргі жағдай үшін жаңа дәлел керек.",
    "unchecked": "Есепке алынбады: {names}; олардың ML-DSA кілтін бұл бағдарлама тексере алмайды.",
    "unsourced": "Жазбаны кім енгізгені тексерілмеді: саясатта шлюз аталмаған.",
    "rows": "Жолдардың не мәндердің қалдырылмағаны, кейін түзетілмегені бұл арқылы көрсетілмейді.",
    "report": "есеп {name}",
    "segment": "сегмент {name}",
    "table": "кесте {name} (мәндер: {count})",
    "entry": "жазба {index} ({kind}, көзі {source}, өлшемдер: {count})",
    "no proof": "{what}: ештеңе тексерілмеді: файлдардың арасында дәлел (.tlog-proof) жоқ.",
    "staple": "құжаттың соңындағы дәлел тіркелген күйінде емес: оның бір байты өзгертілген",
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
    "some": "{what}: {since} убактысынан бери өзгөргөн эмес (кол койгондор: {signed}; кол койбогондор: {lacking}). "
    "Эки тарап үчүн бирдей экени тууралуу эч нерсе айтылбайт.",
    "nobody": "{what}: {origin} журналында бар, ага журналдын өзү гана кол койгон. Бир дагы министрлик кол койгон "
    "эмес: качантан бери өзгөрбөгөнү да, эки тарап үчүн бирдей экени да айтылбайт.",
    "failed": "{what}: өзгөрбөгөнү КӨРСӨТҮЛГӨН ЖОК. 6 кадамдын {step}-кадамы өткөн жок ({name}): {why}. "
    "Файлды сактаңыз.",
    "stale": "Эскирген көрүнүш: бул колтамгаларга 26 сааттан ашты. Азыркы абал үчүн жаңы далил керек.",
    "unchecked": "Эсепке алынган жок: {names}; алардын ML-DSA ачкычын бул программа текшере албайт.",
    "unsourced": "Жазууну ким киргизгени текшерилген жок: саясатта шлюз аталган эмес.",
    "rows": "Саптардын же маанилердин калтырылбаганы, кийин оңдолбогону муну менен көрсөтүлбөйт.",
    "report": "отчёт {name}",
    "segment": "сегмент {name}",
    "table": "таблица {name} (маанилер: {count})",
    "entry": "жазуу {index} ({kind}, булагы {source}, өлчөөлөр: {count})",
    "no proof": "{what}: эч нерсе текшерилген жок: файлдардын арасында далил (.tlog-proof) жок.",
    "staple": "документтин аягындагы далил тиркелген абалында эмес: анын бир байты өзгөртүлгөн",
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


@contextmanager
def step(number: int) -> Iterator[None]:
    """Let what cannot be read within be a failure of this step: anyone may have written what is read there."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, RecursionError) as fault:
        raise FailedError(number, f"it is not made as it should be: {fault}") from None
    except (ValueError, csv.Error) as fault:
        raise FailedError(number, str(fault)) from None


def need(holds: object, otherwise: str) -> None:
    """Raise ValueError unless it holds."""
    if not holds:
        raise ValueError(otherwise)


def unbase64(text: str) -> bytes:
    """The bytes of base64 in its one spelling: the last letter can have idle bits, which anyone could change."""
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, f"{text[:40]!r} is not how base64 is spelled")
    return raw


# The policy: `log <key> [url]`, `witness <name> <key> [url]`, `group <name> all|any|<k> <members>`, `quorum <name>`.
ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
PUBLIC_BYTES = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}


class Key(NamedTuple):
    """A public key: of kind 1 that of a log, of kind 4 or 6 that of a witness; signature lines begin with its id."""

    name: str
    kind: int
    public: bytes
    id: bytes


def read_key(text: str) -> Key:
    """Read `name+id+base64`, and hold the id against the rest."""
    name, said, encoded = text.split("+", 2)
    raw = unbase64(encoded)
    key = Key(name, raw[0], raw[1:], hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4])
    need(name and len(key.public) == PUBLIC_BYTES.get(key.kind), f"the key of {name} is of no known kind")
    need(key.id.hex() == said, f"the key of {name} is damaged: its bytes give another id")
    return key


@dataclass
class Policy:
    """Logs by origin, witnesses by the name that the policy gives them, groups as (how many, of whom).

    `gateways` are the keys that sign entries. Policies have no line for them: they stand in comments of their own form,
    `# gateway <key>`. A stolen key of the log alone must not be enough to put an entry into the record.
    """

    logs: dict[str, Key] = field(default_factory=dict)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = ""
    gateways: list[Key] = field(default_factory=list)

    def holds(self, signed: Iterable[str]) -> bool:
        """Whether these witnesses make the quorum. Members stand before their group: one pass counts them all."""
        reached = {"none", *signed}
        for name, (needed, members) in self.groups.items():
            if sum(member in reached for member in members) >= needed:
                reached.add(name)
        return self.quorum in reached

    def since(self, signed: Mapping[str, int]) -> int | None:
        """The time at which those who signed had made the quorum; None where it asks for nobody or is not made."""
        times = sorted(signed.values())
        return next((at for at in times if self.holds(name for name, time in signed.items() if time <= at)), None)

    @property
    def asks_for_both(self) -> bool:
        """Whether there is no quorum without this one and that: then a checkpoint that has it is the same for both."""
        return sum(not self.holds(self.witnesses.keys() - {name}) for name in self.witnesses) > 1

    def add_log(self, key: str, _url: str = "") -> None:
        """Take the line of a log."""
        fresh = self._fresh(key)
        need(fresh.kind == ED25519, f"the key of {fresh.name} is not a log's")
        self.logs[fresh.name] = fresh

    def add_gateway(self, key: str) -> None:
        """Take the comment that names a gateway."""
        fresh = self._fresh(key)
        need(fresh.kind == ED25519, f"the key of {fresh.name} is not a gateway's")
        self.gateways.append(fresh)

    def add_witness(self, name: str, key: str, _url: str = "") -> None:
        """Take the line of a witness."""
        fresh = self._fresh(key)
        need(fresh.kind != ED25519, f"the key of {name} is not for cosigning")
        self.witnesses[self._free(name)] = fresh

    def add_group(self, name: str, needed: str, *members: str) -> None:
        """Take the line of a group; nobody is a member of two, or twice."""
        taken = {member for _, held in self.groups.values() for member in held}
        need(len(set(members)) == len(members) and taken.isdisjoint(members), f"a member of {name} stands twice")
        need({*self.witnesses, *self.groups}.issuperset(members), f"a member of {name} is not named before it")
        count = {"all": len(members), "any": 1}.get(needed) or int(needed if re.fullmatch("[0-9]{1,3}", needed) else 0)
        need(1 <= count <= len(members), f"{name} asks for {needed} of {len(members)}")
        self.groups[self._free(name)] = (count, members)

    def set_quorum(self, name: str) -> None:
        """Take the line of the quorum."""
        need(not self.quorum, "the quorum stands twice")
        need(name in {"none", *self.witnesses, *self.groups}, f"the quorum {name} is not named before it")
        self.quorum = name

    def _fresh(self, text: str) -> Key:
        key, held = read_key(text), [*self.logs.values(), *self.witnesses.values()]
        need(all(key.name != one.name and key.public != one.public for one in held), f"{key.name} stands twice")
        return key

    def _free(self, name: str) -> str:
        need(name not in {"none", *self.witnesses, *self.groups}, f"the name {name} is taken")
        return name


def read_policy(text: str) -> Policy:
    """Read a policy line by line; raise `UsageError` for one that is wrong."""
    policy = Policy()
    take: dict[str, Callable[..., None]] = {
        "log": policy.add_log,
        "witness": policy.add_witness,
        "group": policy.add_group,
        "quorum": policy.set_quorum,
        "# gateway": policy.add_gateway,
    }
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        if line.startswith("# gateway "):
            words = ["# gateway", *line.split()[2:]]
        try:
            if words:
                take[words[0]](*words[1:])
        except (ValueError, TypeError, LookupError) as fault:
            raise UsageError(f"line {number} of the policy cannot be read: {fault}") from None
    if not policy.logs or not policy.quorum:
        raise UsageError("the policy names no log, or no quorum")
    return policy


# Signatures. Ed25519 of RFC 8032, by the package cryptography where it is installed, else by the code below.
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)
Point = Tuple[int, int, int, int]  # noqa: UP006


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
    need(y < PRIME, "not a point")
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT % PRIME
    need((x * x - square) % PRIME == 0 and (x or not sign), "not a point")
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the 64 bytes are the signature of the key over the message, in plain Python."""
    scalar = int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or scalar >= ORDER:
        return False
    try:
        key, nonce = _point(public), _point(signature[:32])
    except ValueError:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    left = _times(scalar, BASE)
    right = _add(nonce, _times(int.from_bytes(digest, "little") % ORDER, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 key signed the message."""
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


# Step 1: the proof file. Then what a signed note is: a text, a blank line, signature lines.
@dataclass(frozen=True)
class Proof:
    """An entry and its index, the hashes from its sibling up, and the note of the checkpoint."""

    index: int
    hashes: list[bytes]
    entry: bytes
    note: bytes


def read_proof(raw: bytes) -> Proof:
    """Take a proof file apart."""
    need(len(raw) <= MAX_PROOF, f"it has more than {MAX_PROOF} bytes")
    need(raw.startswith(HEADER), "its first line is not that of a proof")
    head, blank, note = raw[len(HEADER) :].partition(b"\n\n")
    extra, index, *lines = head.decode("ascii").split("\n")
    need(blank and extra.startswith("extra "), "it does not hold the entry")
    need(re.fullmatch("index (0|[1-9][0-9]{0,18})", index), "it does not hold the entry and its index")
    hashes = [unbase64(line) for line in lines]
    need(len(hashes) <= 63 and all(len(one) == 32 for one in hashes), "its hashes are not 32 bytes each")
    return Proof(int(index[6:]), hashes, unbase64(extra[6:]), note)


def read_note(raw: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a signed note, and the name and bytes of each of its signatures."""
    head, blank, tail = raw.decode().rpartition("\n\n")
    need(blank and tail.endswith("\n") and tail.count("\n") <= MAX_LINES, "it is not a signed note")
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", head), "a signed note with control characters")
    found = [re.fullmatch("\u2014 ([^\\s+]+) ([^\\s]+)", line) for line in tail[:-1].split("\n")]
    signatures = [(one[1], unbase64(one[2])) for one in found if one]
    need(len(signatures) == len(found) and all(len(raw) > 4 for _, raw in signatures), "a signature line is not one")
    return head + "\n", signatures


def staple(pdf: bytes, proof: bytes) -> bytes:
    """The PDF with its proof behind it: the lines as comments, and where the PDF's own table stands once more."""
    lines = b"".join(b"%" + line + b"\n" for line in proof[:-1].split(b"\n"))
    address = b"".join(pdf.rpartition(b"startxref")[2].split()[:1])
    return b"%s\n%sstartxref\n%s\n%%%%EOF\n" % (pdf, lines, address)


def unstapled(body: bytes) -> tuple[bytes, bytes]:
    """A file, and the proof behind it if it bears one: then it must be, to a byte, what stapling the two gives."""
    pdf, mark, tail = body.rpartition(b"\n%" + HEADER) if body.startswith(b"%PDF-") else (b"", b"", b"")
    if not mark:
        return body, b""
    lines = tail.rpartition(b"startxref")[0].splitlines(keepends=True)
    proof = HEADER + b"".join(line[1:] for line in lines)
    if staple(pdf, proof) != body:
        raise FailedError(STEP_FILE, "staple")
    return pdf, proof


# Steps 2 and 3: who signed the checkpoint.
class Checkpoint(NamedTuple):
    """The text of a checkpoint, the size and root in it, and its signatures."""

    origin: str
    size: int
    root: bytes
    text: str
    signatures: list[tuple[str, bytes]]


def read_checkpoint(raw: bytes) -> Checkpoint:
    """Read the note of a checkpoint; nothing is verified yet."""
    text, signatures = read_note(raw)
    origin, size, root, *others = text[:-1].split("\n")
    need(origin and all(others) and re.fullmatch("0|[1-9][0-9]{0,18}", size), "it is not a checkpoint")
    found = Checkpoint(origin, int(size), unbase64(root), text, signatures)
    need(len(found.root) == 32, "its root is not 32 bytes")
    return found


def signed_by(key: Key, said: Checkpoint) -> int | None:
    """When the key signed, 0 for a log; None where it did not. ValueError for a line of its that does not fit."""
    for name, raw in said.signatures:
        if (name, raw[:4]) == (key.name, key.id) and key.kind != ML_DSA_44:
            time, signature, message = 0, raw[4:], said.text
            if key.kind == COSIGNATURE:
                time, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
                message = f"cosignature/v1\ntime {time}\n{said.text}"
            fits = accepts(key.public, signature, message.encode())
            need(fits, f"the signature of {name} does not fit the checkpoint")
            need(time < MAX_TIME, f"{name} signed at no time of a calendar")
            return time
    return None


def check_log(said: Checkpoint, policy: Policy) -> None:
    """That the log of the policy signed the checkpoint."""
    need(said.origin in policy.logs, f"the checkpoint is of {said.origin!r}, a log that the policy does not name")
    need(signed_by(policy.logs[said.origin], said) == 0, f"the log {said.origin} did not sign the checkpoint")


def check_quorum(said: Checkpoint, policy: Policy) -> dict[str, int]:
    """That those have signed the checkpoint whom the policy asks for; who did, and when."""
    times = {name: signed_by(key, said) for name, key in policy.witnesses.items()}
    signed = {name: time for name, time in times.items() if time is not None}
    if not policy.holds(signed):
        names = ", ".join(name for name in policy.witnesses if name not in signed)
        raise FailedError(STEP_QUORUM, "lacking", names=names)
    return signed


# Step 4: the way from the entry to the root (RFC 9162, section 2.1.3.2).
def check_way(proof: Proof, said: Checkpoint) -> None:
    """That hashing the entry with the hashes of the proof gives the signed root."""
    need(proof.index < said.size, f"entry {proof.index} lies outside of the {said.size} entries that were signed")
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


# Step 5: what the entry says. It is a signed note whose text is a line for its kind and a line of canonical JSON.
FLAGS = {"good": "1", "unknown": "2", "suspect": "3", "bad": "4", "missing": "9"}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")


class Reading(NamedTuple):
    """What an entry says of a series at a time; `value` is None where it is missing."""

    series: str
    unit: str
    value: str | None
    flag: str
    simulated: bool

    def __str__(self) -> str:
        return f"{self.value or '-'} {self.unit} ({self.flag}{', simulated' if self.simulated else ''})"


@dataclass(frozen=True)
class Entry:
    """A proven entry: its index, kind and content, and which witnesses signed the checkpoint over it, and when.

    `readings`: what it says by series without its interval, which a table does not name, and time.
    """

    index: int
    kind: str
    content: dict[str, Any]
    signed: dict[str, int]
    readings: dict[tuple[str, str], list[Reading]]


def read_entry(proof: Proof, said: Checkpoint, signed: dict[str, int], gateways: Sequence[Key]) -> Entry:
    """Read the entry, which must be of the log that signed the checkpoint, and signed by a gateway of the policy."""
    text, signatures = read_note(proof.entry)
    by = [key for key in gateways for name, raw in signatures if (name, raw[:4]) == (key.name, key.id)]
    need(by or not gateways, "no gateway of the policy signed it")
    for key in by:
        of_key = [raw[4:] for name, raw in signatures if (name, raw[:4]) == (key.name, key.id)]
        need(
            all(accepts(key.public, raw, text.encode()) for raw in of_key),
            f"the signature of {key.name} does not fit it",
        )
    kind, line, *rest = text.split("\n")
    need(re.fullmatch("arna/[a-z]+/v1", kind) and rest == [""], f"it is no entry of a known kind: {kind[:40]!r}")
    content = json.loads(line, object_pairs_hook=_no_key_twice, parse_float=_no_number, parse_constant=_no_number)
    spelled = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    need(isinstance(content, dict) and spelled == line, "it is not spelled as entries are (canonical JSON)")
    need(content["log"] == said.origin, f"it is an entry of {content['log']!r}, not of {said.origin}")
    need(isinstance(content["source"], str), "it names no source")
    kind = kind.split("/")[1]
    return Entry(proof.index, kind, content, signed, _readings(content) if kind == "batch" else {})


def _readings(content: Mapping[str, Any]) -> dict[tuple[str, str], list[Reading]]:
    found: dict[tuple[str, str], list[Reading]] = {}
    for number, time, value, flag, _ in content["rows"]:
        series = content["series"][number]
        need(number >= 0 and flag in FLAGS and (value is None or NUMBER.fullmatch(value)), "it has a row without sense")
        one = Reading(series["id"], series["unit"], value, flag, series["method"] == "simulated")
        found.setdefault((one.series.rpartition(".")[0], time), []).append(one)
    return found


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    need(len(found) == len(pairs), "a key stands twice in it")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"entries hold no number like {text[:40]}")


def prove(raw: bytes, policy: Policy) -> Entry:
    """Steps 1 to 5 for one proof file."""
    with step(STEP_FILE):
        proof = read_proof(raw)
    with step(STEP_LOG):
        said = read_checkpoint(proof.note)
        check_log(said, policy)
    with step(STEP_QUORUM):
        signed = check_quorum(said, policy)
    with step(STEP_WAY):
        check_way(proof, said)
    with step(STEP_ENTRY):
        return read_entry(proof, said, signed, policy.gateways)


# Step 6: the file is what the entry says.
UNITS = {"million m3": "hm3", "degC": "Cel"}
ABOUT = ["station_id", "station_name", "nature", "verified", "time_utc"]


def check_hashed(body: bytes, entries: Iterable[Entry]) -> tuple[str, str, list[Entry]] | None:
    """Which entry names the SHA-256 of a report or a segment: which of the two, by what name; None where none does."""
    digest = hashlib.sha256(body).hexdigest()
    for entry in entries:
        if entry.kind == "report":
            for form in entry.content["report"]["forms"]:
                if form["sha256"] == digest:
                    return "report", str(form["name"]), [entry]
        if entry.kind == "seal":
            said = entry.content["segment"]
            if (said["sha256"], said["bytes"]) == (digest, len(body)):
                return "segment", f"{said['collection']} {said['start'][:10]}/{said['end'][:10]}", [entry]
    return None


class Cell(NamedTuple):
    """A value of a table: where it stands, what it says, and the entry that it names."""

    line: int
    column: str
    place: tuple[str, str]
    unit: str
    value: str
    flag: str
    simulated: bool
    entry: int


def read_cells(body: bytes) -> Iterator[Cell]:
    """Each value of a table that is laid out as the service does it; whatever another reader might take for one."""
    need(len(body) <= MAX_TABLE, f"a table of more than {MAX_TABLE} bytes")
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
    header = next(rows, [])
    columns = [re.fullmatch(r"([a-z_]+) \[([^\]]+)\]", name) for name in header[5::3]]
    names = [found[1] for found in columns if found]
    expected = [[f"{name}_flag", f"{name}_entry"] for name in names]
    need(header[:5] == ABOUT and len(names) == len(columns) == len(set(names)), "its first line is not that of a table")
    need([header[at + 1 : at + 3] for at in range(5, len(header), 3)] == expected, "its first line lacks a column")
    last: dict[str, str] = {}
    for row in rows:
        where = f"line {rows.line_num}"
        need(len(row) == len(header), f"{where} has {len(row)} columns of {len(header)}")
        need(row[4] > last.get(row[0], ""), f"{where}: the same time of {row[0]} twice, or before an earlier line")
        last[row[0]] = row[4]
        simulated = row[2] not in ("real", "example")
        for at, found in enumerate(columns):
            value, flag, entry = row[5 + 3 * at : 8 + 3 * at]
            name, unit = (found[1], found[2]) if found else ("", "")
            if entry:
                need(re.fullmatch("0|[1-9][0-9]{0,18}", entry), f"{where}: {entry[:40]!r} is no entry")
                said = (UNITS.get(unit, unit), value, flag, simulated, int(entry))
                yield Cell(rows.line_num, header[5 + 3 * at], (f"{row[0]}.{name}", row[4]), *said)
            else:
                need((value, flag) == ("", FLAGS["missing"]), f"{where}: a value that names no entry")


def check_table(body: bytes, entries: Iterable[Entry]) -> tuple[int, list[Entry]]:
    """That each value of a CSV, with its unit and flag, is what its entry says; how many there are, and the entries."""
    proven = {entry.index: entry for entry in entries}
    named: set[int] = set()
    count = 0
    for cell in read_cells(body):
        count += 1
        named.add(cell.entry)
        if cell.entry in proven:
            _compare(cell, proven[cell.entry].readings.get(cell.place, []))
    if not named <= proven.keys():
        ask = "/proof?entry=" + ",".join(map(str, sorted(named - proven.keys())))
        raise FailedError(STEP_CONTENT, "unproved", ask=ask)
    need(count, "the table has no value that names its entry")
    return count, [proven[number] for number in sorted(named)]


def _compare(cell: Cell, said: list[Reading]) -> None:
    need(not cell.value or NUMBER.fullmatch(cell.value), f"line {cell.line}: {cell.value[:40]!r} is no number")
    for one in said:
        same = not cell.value if one.value is None else cell.value and float(cell.value) == float(one.value)
        if same and (cell.flag, cell.unit) == (FLAGS[one.flag], one.unit) and cell.simulated >= one.simulated:
            return
    flag = next((word for word, number in FLAGS.items() if number == cell.flag), cell.flag)
    told = {"line": cell.line, "column": cell.column, "entry": cell.entry, "said": "; ".join(map(str, said)) or "-"}
    raise FailedError(STEP_CONTENT, "differs", file=Reading("", cell.unit, cell.value, flag, cell.simulated), **told)


def check_reading(entries: Iterable[Entry], series: str, time: str) -> list[tuple[Entry, str]]:
    """The entries that say the series at the time, and what each says."""
    place = (series.rpartition(".")[0], time)
    said = [(entry, one) for entry in entries for one in entry.readings.get(place, []) if one.series == series]
    need(said, f"no proven entry says anything of {series} at {time}")
    return [(entry, f"{series} {time}: {one}") for entry, one in said]


# The sentence.
@dataclass(frozen=True)
class Outcome:
    """What to say, and whether all was shown to be unchanged, or there was a proof to check anything by."""

    lines: list[str]
    shown: bool
    checked: bool = True


class Asked(NamedTuple):
    """What every sentence depends on."""

    policy: Policy
    words: Mapping[str, str]
    now: datetime


def verify(
    files: Mapping[str, bytes],
    policy: Policy,
    words: Mapping[str, str],
    now: datetime,
    reading: tuple[str, str] | None = None,
) -> Outcome:
    """Check the files by name, each of which is a thing or its proof; a sentence for each thing.

    Where all are proofs, a sentence for each entry; with a `reading` (series, time) for those alone that say it.
    """
    asked = Asked(policy, words, now)
    things = [name for name, body in files.items() if not is_proof(name, body)]
    entries: dict[int, Entry] = {}
    proof = next(iter(files), "")
    try:
        for name, raw in unpacked(files):
            proof = name
            entry = prove(raw, policy)
            with step(STEP_WAY):
                same = entries.setdefault(entry.index, entry)
                need(same.content == entry.content, f"two entries are proven to be entry {entry.index}")
    except FailedError as fault:
        lines = [_failure(thing, fault, words, f"{proof}: ") for thing in things] or [_failure(proof, fault, words)]
        return Outcome(lines, shown=False)
    if not entries:
        lines = [_plain(words["no proof"].format(what=thing)) for thing in things or files]
        return Outcome(lines, shown=False, checked=False)
    if not things:
        return _entries(list(entries.values()), reading, asked)
    said = [_thing(thing, unstapled(files[thing])[0], list(entries.values()), asked) for thing in things]
    return Outcome([line for one in said for line in one.lines], all(one.shown for one in said))


def _thing(name: str, body: bytes, entries: list[Entry], asked: Asked) -> Outcome:
    words = asked.words
    try:
        with step(STEP_CONTENT):
            found = check_hashed(body, entries)
            # A report has a CSV too, which is no table of the API.
            tabular = name.lower().endswith(".csv") and all(entry.kind != "report" for entry in entries)
            if found is None and (tabular or body.startswith((b"station_id,", b"\xef\xbb\xbfstation_id,"))):
                count, used = check_table(body, entries)
                return _sentences(words["table"].format(name=name, count=count), used, asked, words["rows"])
            if found is None:
                raise FailedError(STEP_CONTENT, "changed")
            kind, called, used = found
            # The entry's own name for it: a report of another day is genuine too, whatever its file is called.
            called = called if called == name else f"{called} [{name}]"
            return _sentences(words[kind].format(name=called), used, asked)
    except FailedError as fault:
        return Outcome([_failure(name, fault, words)], shown=False)


def _entries(entries: list[Entry], reading: tuple[str, str] | None, asked: Asked) -> Outcome:
    try:
        with step(STEP_CONTENT):
            said = check_reading(entries, *reading) if reading else [(entry, "") for entry in entries]
        lines: list[str] = []
        for entry, more in said:
            count = sum(map(len, entry.readings.values()))
            about = {"index": entry.index, "kind": entry.kind, "source": entry.content["source"], "count": count}
            lines += _sentences(asked.words["entry"].format(**about), [entry], asked, more).lines
        return Outcome(lines, shown=True)
    except FailedError as fault:
        return Outcome([_failure(" ".join(reading or ()), fault, asked.words)], shown=False)


def _sentences(what: str, used: list[Entry], asked: Asked, more: str = "") -> Outcome:
    """The sentence: when the last of the entries had its quorum, and those alone who signed over all of them."""
    policy, words = asked.policy, asked.words
    each = [entry.signed for entry in used]
    signed = {name: max(one[name] for one in each) for name in policy.witnesses if all(name in one for one in each)}
    times = [at for at in map(policy.since, each) if at is not None]
    told = {"what": what, "origin": used[0].content["log"], "since": _time(max(times, default=0))}
    told["signed"] = ", ".join(f"{name} {_time(time)}" for name, time in signed.items()) or "-"
    told["lacking"] = ", ".join(name for name in policy.witnesses if name not in signed) or "-"
    told["whom"] = words["both"] if len(signed) == 2 else ", ".join(signed)
    form = "nobody" if len(times) < len(used) else "same" if policy.asks_for_both else "some"
    unchecked = ", ".join(name for name, key in policy.witnesses.items() if key.kind == ML_DSA_44)
    lines = [words[form].format(**told), more]
    lines += [words["unchecked"].format(names=unchecked)] if unchecked else []
    lines += [] if policy.gateways else [words["unsourced"]]
    if times and asked.now - datetime.fromtimestamp(max(times), UTC) > STALE:
        lines.append(words["stale"])
    return Outcome([_plain(line) for line in lines if line], shown=True)


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _failure(what: str, fault: FailedError, words: Mapping[str, str], within: str = "") -> str:
    why = within + (words[fault.reason].format(**fault.fields) if fault.reason in words else fault.reason)
    name = words["steps"].split("|")[fault.step - 1]
    return _plain(words["failed"].format(what=what, step=fault.step, name=name, why=why))


def _plain(text: str) -> str:
    """Without what moves a cursor or turns the writing round: names in files and entries may hold anything."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


# Files and the command.
def is_proof(name: str, body: bytes) -> bool:
    """Whether a file is a proof, by its first line, or should be one, by its name; or a zip of proofs."""
    return body.startswith(HEADER) or name.endswith(".tlog-proof") or is_packed(name, body)


def is_packed(name: str, body: bytes) -> bool:
    """A zip of proofs, by its name or by the names in it, which stand plainly; a workbook is a zip too, and of none."""
    return body.startswith(b"PK\3\4") and (name.lower().endswith(".zip") or b".tlog-proof" in body)


def unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every proof file with its name, those in a zip too, which is never laid on the disk, and those behind a PDF."""
    for name, body in files.items():
        if not is_packed(name, body):
            found = body if is_proof(name, body) else unstapled(body)[1]
            if found:
                yield name, found
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                members = packed.infolist()
                need(len(members) <= MAX_MEMBERS, f"more than {MAX_MEMBERS} files")
                for one in members:
                    plain = one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                    need(plain and one.file_size <= MAX_PROOF, f"more than {MAX_PROOF} bytes, or packed oddly")
                    with packed.open(one) as member:
                        yield f"{name}/{one.filename}", member.read(MAX_PROOF + 1)
        except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, RuntimeError, OSError, EOFError) as fault:
            raise FailedError(STEP_FILE, f"{name} is no zip of proofs: {fault}") from None


def main(argv: Sequence[str], now: Callable[[], datetime]) -> int:
    """Check the files that the command names, and say so."""
    parser = argparse.ArgumentParser(prog="verify", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="+", metavar="FILE", help="what to check; its .tlog-proof files, or a zip")
    parser.add_argument("--policy", help="whose signatures are asked for; else a file `policy` beside FILE or here")
    parser.add_argument("--lang", choices=sorted(LANGUAGES), default="en", help="the language of the answer")
    parser.add_argument("--series", help="with --time, for proofs alone: the reading that they should say")
    parser.add_argument("--time", help="time of the reading, as 2026-05-01T08:00:00+06:00 or with Z")
    parser.add_argument("--now", help="the time by which signatures are called stale, else the clock's")
    try:
        asked = parser.parse_args(argv)
        policy = read_policy(_read(_policy_path(asked), MAX_POLICY).decode())
        reading = _reading(asked)
        files = _files(asked.files)
        at = _moment(asked.now) if asked.now else now()
    except SystemExit as left:
        return 2 if left.code else 0
    except (UsageError, OSError, ValueError) as fault:
        sys.stderr.write(f"verify: {_plain(str(fault))}\n")
        return 2
    outcome = verify(files, policy, LANGUAGES[asked.lang], at, reading)
    sys.stdout.write(_printable("".join(f"{line}\n" for line in outcome.lines)))
    return 0 if outcome.shown else 1 if outcome.checked else 2


def _printable(text: str) -> str:
    """The text with an escape for each letter that the terminal's encoding does not have."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _files(paths: Sequence[str]) -> dict[str, bytes]:
    """The files by name; without any proof among them, those beside them that are called as they are."""
    files = {name: _read(path, MAX_FILE) for name, path in _names(paths).items()}
    if not any(is_proof(*file) or b"\n%" + HEADER in file[1] for file in files.items()):
        beside = [found for path in paths for found in [_proof_beside(path)] if found]
        files.update(
            {name: _read(path, MAX_FILE) for name, path in _names([*paths, *beside]).items() if path in beside}
        )
    return files


def _proof_beside(path: str) -> str | None:
    """The proof of a file: `a.r1.kk.tlog-proof` of a.r1.kk.pdf, else `a.r1.tlog-proof`, which is of all copies."""
    folder, name = os.path.split(path)
    while "." in name:
        name = name.rpartition(".")[0]
        found = os.path.join(folder, f"{name}.tlog-proof")
        if name and os.path.exists(found):
            return found
    return None


def _names(paths: Sequence[str]) -> dict[str, str]:
    """The paths by their last part, or by themselves where two end alike."""
    last = [os.path.basename(path) for path in paths]
    return {path if last.count(name) > 1 else name: path for name, path in ((os.path.basename(p), p) for p in paths)}


def _moment(text: str) -> datetime:
    said = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))
    need(said.tzinfo, f"{text} has no offset from UTC")
    return said.astimezone(UTC)


def _reading(asked: argparse.Namespace) -> tuple[str, str] | None:
    if not asked.series and not asked.time:
        return None
    need(asked.series and asked.time, "--series and --time belong together")
    return asked.series, _moment(asked.time).strftime("%Y-%m-%dT%H:%M:%SZ")


def _policy_path(asked: argparse.Namespace) -> str:
    beside = os.path.join(os.path.dirname(asked.files[0]), "policy")
    for path in (asked.policy, beside, "policy"):
        if path and (path == asked.policy or os.path.exists(path)):
            return str(path)
    raise UsageError("name the policy of your ministry with --policy, or lay it beside the file as `policy`")


def _read(path: str, at_most: int) -> bytes:
    with open(path, "rb") as file:
        body = file.read(at_most + 1)
    need(len(body) <= at_most, f"{path} has more than {at_most} bytes")
    return body


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    sys.exit(main(sys.argv[1:], lambda: datetime.now(UTC)))  # noqa: TID251
