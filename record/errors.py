"""The exceptions of Arna, drawn as one tree.

ArnaError
├── ConfigError        the declared network is wrong: names file and line
├── UnitError          a unit that is not one of ours, or that is not of the wanted kind
├── SelectionError     a question that the record cannot be asked
│   └── UnknownName    a basin, station, series or collection that is not declared
├── RecordError        the record cannot be read or written
│   ├── RecordBusy     another writer holds the pen
│   └── RecordDamaged  stored bytes do not match their hash or signature
├── ProofError         a note, checkpoint or proof does not verify
├── QualityError       a check of quality cannot be run
├── DerivingError      a series cannot be computed
├── SourceError        a source cannot be reached or answers wrongly
└── NotSent            somebody could not be told that something is amiss

Every message is one line: what happened, where, and what to do.
"""


class ArnaError(Exception):
    """Root of everything that Arna raises on purpose."""


class ConfigError(ArnaError):
    """The declared network is wrong; the message names file and line."""


class UnitError(ArnaError):
    """A unit's spelling is unknown, or the two units measure different kinds of thing."""


class SelectionError(ArnaError):
    """The question is malformed: an empty interval, an as-of in the future, no series."""


class UnknownName(SelectionError):
    """The question names a basin, station, series or collection that is not declared."""


class RecordError(ArnaError):
    """The record cannot be read or written."""


class RecordBusy(RecordError):
    """Another process holds the pen; wait for it to end or stop it."""


class RecordDamaged(RecordError):
    """Stored bytes do not match their hash or signature."""


class ProofError(ArnaError):
    """A signed note, a checkpoint or a Merkle proof does not verify."""


class QualityError(ArnaError):
    """A check of quality cannot be run: its thresholds, its series or its code are to be mended, not the message."""


class DerivingError(ArnaError):
    """A rule cannot compute a series from what stands and is declared; the others were computed."""


class SourceError(ArnaError):
    """A source cannot be reached, or its answer is too large, too slow or malformed."""


class PartlyFailed(SourceError):
    """The source answered, and some of what it has could not be had: it is tried again, and the source is well."""


class NotSent(ArnaError):
    """A mail server or a web address did not take a notice."""


class NotTaken(NotSent):
    """This one thing was not taken, and others may be: the way to whom it goes is open."""
