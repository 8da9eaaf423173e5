"""Work promised in a transaction and done outside it. The row is the promise; Redis only carries it."""

from app.jobs.promise import defer

__all__ = ["defer"]
