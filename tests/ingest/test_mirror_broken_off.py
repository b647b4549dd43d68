"""A first copy that breaks off and goes on long after: in one database, for it is a matter of clocks."""

from datetime import timedelta
from pathlib import Path

import pytest

from ingest.mirror import follow
from ingest.peer import Peer
from record.errors import SourceError
from record.mirror import Mirror
from tests.ingest.followed import NOW, Main, alarms


def test_a_first_copy_that_broke_off_days_later_accuses_nobody(
    tmp_path: Path, main: Main, copy: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the mirror stands long after the entries: they are old, and were all signed when it began."""
    main.say(*range(80), *range(80), value="5")
    for day in range(80):
        main.say(day, value="6")
        main.say(day, value="7")
    main.say(*range(80), value="8")
    real = Peer.get

    def breaking(peer: Peer, path: str, at_most: int) -> object:
        if path.startswith("/log/tile/entries/001"):
            raise SourceError("the line broke")
        return real(peer, path, at_most)

    late = NOW + timedelta(days=100)
    monkeypatch.setattr(Peer, "get", breaking)
    with Peer(main.url) as peer, pytest.raises(SourceError):
        follow(peer, copy, main.policy, lambda: late)
    assert copy.size == 256
    monkeypatch.setattr(Peer, "get", real)
    with Peer(main.url) as peer:
        assert follow(peer, copy, main.policy, lambda: late).size > 300
    assert alarms(copy) == []
