"""Judging what is computed by those checks that need no other reading, so that a value is flagged alike in any company.

What the readings around it say of it is found when it is followed, like late context of any other.
"""

from dataclasses import replace

import numpy as np

from ingest.quality.by_itself import of_range, of_sense
from ingest.quality.judge import values_of
from ingest.quality.judged import worst
from record.batch import Batch
from record.network import Network
from record.verdicts import SAID

CHECKS_ALONE = (SAID, "sense", "gross-range")


def judge_alone(said: Batch, network: Network) -> Batch:
    """The same observations with the verdicts of these checks, each flagged by the worst of them."""
    values = values_of(said, network)
    found = np.stack([said.flag, of_sense(values), of_range(values)], axis=1)
    return replace(said, flag=worst(found, axis=1), checks=CHECKS_ALONE, verdicts=found)
