"""Opening a house for the demonstration, with keys of its own that are worth nothing elsewhere, and playing it."""

from collections.abc import Callable
from datetime import date, datetime

from arna import house
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from record.writer import Pen
from service.settings import Settings


def run_demo(settings: Settings, *, day: date, now: Callable[[], datetime], seed: int = SEED) -> DemoResult:
    """Play the report day `day` into the record of `settings`; missing keys are made in its data folder.

    Raises `ArnaError`: where the config is wrong, another process writes the record, or a key is open to others.
    """
    network = house.open_network(settings)
    with house.holding_the_pen(settings.data):
        house.make_keys(settings.data, network)
        keys = house.load_keys(settings.data, network)
        engine = house.open_record(settings)
        pen = Pen(engine, network, gateway=keys[house.GATEWAY], log=keys[house.LOG])
        return play(network, engine, pen, settings.data, day=day, now=now, seed=seed)
