"""How a run talks to the printer: how many sheets at a time, how long it waits, what a printer's reasons mean. Pure."""

from collections.abc import Iterable
from datetime import timedelta

BATCH = 20  # letters in one job of the printer: at most so many sheets are in doubt after an accident
MOST_IN_RUN, MOST_IN_BROWSER = 1000, 200  # letters that a person chooses at once
SOON, POLL = timedelta(milliseconds=50), timedelta(milliseconds=500)  # how often it asks: at first, and in the end
MOST_WAITING = timedelta(minutes=8)  # for paper or a cleared jam; then the run stops. Less than a worker's job may take
SLICE = timedelta(minutes=1)  # after so long the run is handed to the next turn of the worker

# RFC 8011 §5.4.12, with and without the suffixes -error, -warning, -report.
REASONS = ("media-empty", "media-needed", "media-jam", "cover-open", "door-open", "toner-empty", "paused", "offline")


def known_reasons(reasons: Iterable[str]) -> list[str]:
    """The reasons that a screen has words for, without suffixes, in the order of REASONS."""
    plain = {reason.removesuffix("-error").removesuffix("-warning").removesuffix("-report") for reason in reasons}
    return [reason for reason in REASONS if reason in plain]
