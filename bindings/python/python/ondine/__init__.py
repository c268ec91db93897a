"""Ondine: simulation codes stream their fields into the training of a surrogate.

A code is a :class:`Client`; :class:`Listener` is the other end, for training loops of one's own.
"""

from ._ondine import Client, Error, Event, Listener, Simulation, __version__

__all__ = ["Client", "Error", "Event", "Listener", "Simulation", "__version__"]
