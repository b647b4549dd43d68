"""Policies (C2SP tlog-policy): which log, which witnesses, and how many of them a checkpoint needs to be final.

Ours asks for both ministries: with fewer, the log could show each of them another tree, and each would sign its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from record.errors import ProofError
from record.proof.keys import COSIGNATURE, ML_DSA_44, Verifier, parse_vkey

NONE = "none"
_ALL = "all-parties"
_MAX_LINES = 1000


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by the name that the policy gives it: its key, and the address at which it takes checkpoints."""

    name: str
    verifier: Verifier
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of the members, which are witnesses or groups."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs by their origin, witnesses and groups by their names; `quorum` is one of these names, or none."""

    logs: Mapping[str, tuple[Verifier, str | None]]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @property
    def verifiers(self) -> list[Verifier]:
        """Every key that it names."""
        return [verifier for verifier, _ in self.logs.values()] + [one.verifier for one in self.witnesses.values()]

    def lacking(self, signed: Collection[str]) -> list[str]:
        """The witnesses whose signatures are not among the key names `signed`, in the order of the policy."""
        return [one.name for one in self.witnesses.values() if one.verifier.name not in signed]

    def is_satisfied(self, signed: Collection[str]) -> bool:
        """Whether the key names `signed` make the quorum."""
        if self.quorum == NONE:
            return True
        holds = {name: one.verifier.name in signed for name, one in self.witnesses.items()}
        # A group names only what stands before it, so that one pass is enough however deep they are nested.
        for name, group in self.groups.items():
            holds[name] = sum(holds[member] for member in group.members) >= group.needed
        return holds[self.quorum]


def all_of(log: Verifier, witnesses: Sequence[Witness]) -> Policy:
    """The policy that asks for the signature of every one of the witnesses."""
    names = tuple(one.name for one in witnesses)
    return Policy({log.name: (log, None)}, {one.name: one for one in witnesses}, {_ALL: Group(len(names), names)}, _ALL)


def write(policy: Policy) -> str:
    """The policy as a file has it."""
    lines = [" ".join(["log", key.vkey, *([url] if url else [])]) for key, url in policy.logs.values()]
    for one in policy.witnesses.values():
        lines.append(" ".join(["witness", one.name, one.verifier.vkey, *([one.url] if one.url else [])]))
    for name, group in policy.groups.items():
        needed = "all" if group.needed == len(group.members) else str(group.needed)
        lines.append(f"group {name} {needed} {' '.join(group.members)}")
    return "\n".join([*lines, f"quorum {policy.quorum}", ""])


def parse(text: str) -> Policy:
    """Read a policy; raise `ProofError` with the number of the line that is wrong."""
    lines = text.splitlines()
    if len(lines) > _MAX_LINES:
        raise ProofError(f"a policy of {len(lines)} lines; at most {_MAX_LINES} are read")
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        words = line.split("#", maxsplit=1)[0].split() if not line.lstrip().startswith("#") else []
        if words:
            try:
                reader.take(words)
            except ProofError as fault:
                raise ProofError(f"line {number} of the policy: {fault}") from None
    return reader.policy()


class _Reader:
    """Takes a policy line by line; a name must be defined before it is used, and is used by one group at most."""

    def __init__(self) -> None:
        self._logs: dict[str, tuple[Verifier, str | None]] = {}
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._used: set[str] = set()
        self._quorum: str | None = None

    def take(self, words: list[str]) -> None:
        """Take the words of one line; raise `ProofError` for what they cannot mean."""
        kinds = {"log": self._log, "witness": self._witness, "group": self._group, "quorum": self._take_quorum}
        if words[0] not in kinds:
            raise ProofError(f"{words[0][:30]!r} is not one of {', '.join(kinds)}")
        kinds[words[0]](words[1:])

    def policy(self) -> Policy:
        """What all the lines say; raise `ProofError` where none names the quorum."""
        if self._quorum is None:
            raise ProofError("the policy names no quorum")
        return Policy(self._logs, self._witnesses, self._groups, self._quorum)

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise ProofError("a log is a key and perhaps an address")
        verifier = parse_vkey(words[0])
        self._refuse_known_key(verifier)
        self._logs[verifier.name] = (verifier, words[1] if len(words) == 2 else None)

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise ProofError("a witness is a name, a key and perhaps an address")
        self._refuse_known(words[0])
        verifier = parse_vkey(words[1])
        if verifier.kind not in (COSIGNATURE, ML_DSA_44):
            raise ProofError(f"witness {words[0]} has a key that is not for cosigning")
        self._refuse_known_key(verifier)
        self._witnesses[words[0]] = Witness(words[0], verifier, words[2] if len(words) == 3 else None)

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise ProofError("a group is a name, all, any or a number, and its members")
        name, needed, members = words[0], words[1], tuple(words[2:])
        self._refuse_known(name)
        for member in members:
            if member not in self._witnesses and member not in self._groups:
                raise ProofError(f"{member!r} is neither a witness nor a group defined before")
            if member in self._used:
                raise ProofError(f"{member!r} is in a group already")
            self._used.add(member)
        counts = {"all": len(members), "any": 1}
        count = counts.get(needed) or (int(needed) if needed.isascii() and needed.isdigit() else 0)
        if not 1 <= count <= len(members):
            raise ProofError(f"group {name} asks for {needed} of {len(members)} members")
        self._groups[name] = Group(count, members)

    def _take_quorum(self, words: list[str]) -> None:
        if self._quorum is not None:
            raise ProofError("the quorum stands twice")
        if len(words) != 1 or not (words[0] == NONE or words[0] in self._witnesses or words[0] in self._groups):
            raise ProofError("the quorum is none, or one witness or group defined before")
        self._quorum = words[0]

    def _refuse_known_key(self, verifier: Verifier) -> None:
        known = [key for key, _ in self._logs.values()] + [one.verifier for one in self._witnesses.values()]
        if any(verifier.name == key.name or verifier.public == key.public for key in known):
            raise ProofError(f"the key of {verifier.name}, or its name, stands twice")

    def _refuse_known(self, name: str) -> None:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise ProofError(f"the name {name!r} is taken")
