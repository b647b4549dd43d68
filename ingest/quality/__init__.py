"""The quality checks: one line a check, each from the readings of a message to flags on the QARTOD scale.

A check that has no opinion of a value flags it unknown; `judge` lets the worst opinion stand. The first is what the
sender said. See `docs/quality.md`.
"""

from ingest.quality import by_before, by_itself, by_others
from ingest.quality.judged import Check
from record.verdicts import SAID

__all__ = ["CHECKS", "Check"]

CHECKS: dict[str, Check] = {
    SAID: Check(by_itself.said),
    "sense": Check(by_itself.senseless),
    "gross-range": Check(by_itself.out_of_range),
    "agreement": Check(by_itself.contradicted),
    "climatology": Check(by_itself.unseasonable),
    "rate-of-change": Check(by_before.changing_fast, by_before.one_before(lambda rows: rows.rate_of_change)),
    "spike": Check(by_before.standing_out, by_before.one_on_either_side(lambda rows: rows.spike)),
    "flat-line": Check(
        by_before.stuck, by_before.as_long_as_flat, at_first=by_before.one_before(lambda rows: rows.flat_line)
    ),
    "gap": Check(by_before.after_a_gap, by_before.one_before(lambda rows: rows.gap)),
    "neighbour": Check(by_others.unlike_upstream, by_others.upstream_before),
    "mass-balance": Check(by_others.out_of_balance, by_others.around_the_day),
    "rating-residual": Check(by_others.off_the_rating, by_others.level_then),
}
