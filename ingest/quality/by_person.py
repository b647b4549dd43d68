"""What a person said of a reading counts for more than what lies around it: flags of what was amended."""

import numpy as np

from ingest.quality import CHECKS
from ingest.quality.judged import Flags, worst
from record.entry import Flag
from record.verdicts import SAID

_SAID, _SENSE, _RANGE = (tuple(CHECKS).index(name) for name in (SAID, "sense", "gross-range"))


def flags_by_person(found: Flags) -> Flags:
    """The flags of amended rows by their verdicts, a row a reading and a column a check.

    Who gives a flag has looked: it gets worse only where the value makes no sense, or is bad by its gross range. Of who
    gives none the worst verdict counts, as of any reading.
    """
    beyond = np.where(found[:, _RANGE] == Flag.BAD, Flag.BAD, Flag.UNKNOWN).astype(np.int8)
    said = worst([found[:, _SAID], found[:, _SENSE], beyond])
    flags: Flags = np.where(found[:, _SAID] == Flag.UNKNOWN, worst(found, axis=1), said).astype(np.int8)
    return flags
