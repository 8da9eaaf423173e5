"""The audit log: chained rows, written with the effect or not at all."""

from app.audit.record import attempt, record

__all__ = ["attempt", "record"]
