"""Time stamps (RFC 3161): the built-in authority, and the client of an accredited one."""

from app.timestamps.client import StampRejectedError, stamp
from app.timestamps.responder import respond

__all__ = ["StampRejectedError", "respond", "stamp"]
