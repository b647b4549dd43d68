"""A seeded generator of messages for the simulated sources of a declared network. Nothing it says was measured."""

from arna.demo.generator.message import Message, Trouble
from arna.demo.generator.schedule import messages

__all__ = ["Message", "Trouble", "messages"]
