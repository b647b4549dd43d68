"""Who may read, and how much of it: open to anyone as the ministers asked for, or to the parties alone."""

from typing import Literal

from pydantic import Field

from record.network.fact import Fact


class Allowance(Fact):
    """What one client may ask for: an address without a token, or one token of a party.

    `points_a_minute` counts readings asked for, one of one quantity each; `answers_at_once` how many answers may be
    under way, `long_answers` how many of these may be long ones.
    """

    requests_a_minute: int = Field(ge=1)
    points_a_minute: int = Field(ge=1)
    answers_at_once: int = Field(ge=1)
    long_answers: int = Field(ge=1)


ANYONE = Allowance(requests_a_minute=3_000, points_a_minute=50_000_000, answers_at_once=64, long_answers=4)
PARTY = Allowance(requests_a_minute=12_000, points_a_minute=200_000_000, answers_at_once=128, long_answers=16)


class Access(Fact):
    """How the record is read by others.

    `reading` is `open`, or `parties` where a token is needed. `origins` are the web pages whose scripts may read: `*`
    for any. `anyone` and `party` are what a client may ask for without and with a token. One question asks for at most
    `points_a_question`, one answer takes at most `answer_seconds`, and what is sent to an address that is no inbox has
    at most `body_bytes`.
    """

    reading: Literal["open", "parties"] = "open"
    origins: tuple[str, ...] = ("*",)
    anyone: Allowance = ANYONE
    party: Allowance = PARTY
    points_a_question: int = Field(default=20_000_000, ge=1)
    answer_seconds: int = Field(default=3_600, ge=1)
    body_bytes: int = Field(default=1_000_000, ge=1)
    document: str = "None. Reading is open, as the ministers asked for; the limits are working assumptions"
    note: str | None = None
