"""Running a mirror: following a log in rounds, and serving the copy beside it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from arna import house, serving
from ingest.mirror import Followed, follow, stale
from ingest.peer import Peer
from record.archive.standing import STALE
from record.errors import ArnaError, ConfigError, ProofError
from record.mirror import Mirror, open_mirror
from record.proof import policy
from record.proof.policy import Policy
from service.settings import Settings

log = logging.getLogger("arna.mirror")
Clock = Callable[[], datetime]
POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Following:
    """Whose log is followed, into which copy, how often, and after which silence the log counts as stale."""

    url: str
    mirror: Mirror
    policy: Policy
    every: timedelta
    stale_after: timedelta
    now: Clock
    token: str | None = field(default=None, repr=False)

    def once(self) -> Followed:
        """One round; raises what it meets."""
        try:
            with Peer(self.url, token=self.token) as peer:
                return follow(peer, self.mirror, self.policy, self.now)
        finally:
            # Also, and most of all, where the log does not answer.
            late = stale(self.mirror, self.now(), self.stale_after)
            if late is not None:
                self.mirror.alarm(STALE, late, b"", self.now())
                log.warning("%s", late)

    def rounds(self, stop: threading.Event) -> None:
        """Round after round; a fault is one line in the log, and an alarm where the log contradicts itself."""
        while not stop.is_set():
            try:
                done = self.once()
                if done.entries:
                    log.info("copied %d entries, %d readings; %d held", done.entries, done.readings, done.size)
            except ProofError as fault:
                log.error("ALARM: %s", fault)
            except ArnaError as fault:
                log.warning("%s", fault)
            stop.wait(self.every.total_seconds())


def open_following(
    settings: Settings, url: str, given: Path | None, *, every: timedelta, stale_after: timedelta, now: Clock
) -> Following:
    """The mirror of the log at `url`, by a policy file that is given once and kept in the data folder."""
    settings.data.mkdir(parents=True, exist_ok=True)
    kept = settings.data / POLICY
    text = _text(given or kept)
    read = policy.parse(text)
    if len(read.logs) != 1:
        raise ConfigError(f"the policy {given or kept} must name the one log that is mirrored, not {len(read.logs)}")
    if given is not None:
        kept.write_text(text, encoding="utf-8")
    mirror = open_mirror(
        settings.record_url, segments=settings.segments_place, data=settings.data, origin=next(iter(read.logs))
    )
    return Following(url, mirror, read, every, stale_after, now, settings.token_of_ours)


def run(settings: Settings, following: Following, host: str, port: int) -> None:
    """Follow and serve until stopped; raises where not even a first round can be made and nothing is held yet."""
    with house.holding_the_pen(settings):
        if not following.mirror.size:
            following.once()
        stop = threading.Event()
        runner = threading.Thread(target=following.rounds, args=(stop,), name="following", daemon=True)
        runner.start()
        try:
            serving.serve(settings, host, port, workers=1, mirrors=True)
        finally:
            stop.set()
            runner.join(5)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(
            f"the policy {path} cannot be read ({fault}): name the file of your own ministry with --policy"
        ) from None
