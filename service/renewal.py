"""Opening the record for the service, and again when another version of the network has come into force."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from record import force
from record.archive import Archive, Log
from record.archive.record import Record
from record.database import told
from record.errors import ArnaError
from record.ledger import Ledger
from service.offered import Offered
from service.present import Present

log = logging.getLogger("arna.service")

Open = Callable[[], Record]


def install(app: FastAPI, opened: Open) -> None:
    """Give the app its record, by a function that opens it."""
    app.state.open = opened
    _take(app.state, opened())


def renew(app: FastAPI) -> bool:
    """Open the record anew where the network in force is not the one that is served; whether it was.

    A fault leaves what is served as it is, and is one line in the log.
    """
    try:
        with told("the record cannot be read"), app.state.record.engine.begin() as connection:
            version = force.version_in_force(connection)
        if version in (None, app.state.network.version):
            return False
        record = app.state.open()
        if record.network.version == app.state.network.version:
            record.engine.dispose()
            return False
        _take(app.state, record)
    except ArnaError as fault:
        log.warning("the network in force is not served yet: %s", fault)
        return False
    log.info("network %s is in force and served from now on", version)
    return True


def _take(state: Any, record: Record) -> None:
    # Questions under way hold the earlier record until they have answered.
    state.record, state.network = record, record.network
    state.archive, state.log, state.ledger = Archive(record), Log(record), Ledger(record)
    state.offered = Offered(record.network)
    state.present = Present(record, state.archive)
