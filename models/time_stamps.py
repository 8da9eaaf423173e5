"""Serial numbers and clock of the built-in time-stamping authority. Written by app.timestamps."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, uuid_pk


class TimeStamp(Base):
    """One time stamp given; its row is its serial number, unique for ever (RFC 3161 §2.4.2)."""

    __tablename__ = "time_stamp"

    serial: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    imprint: Mapped[bytes]
    gen_time: Mapped[datetime]


class ClockCheck(Base):
    """One comparison of the machine's clock. The time-stamping authority stamps only while the last one was good."""

    __tablename__ = "clock_check"
    __table_args__ = (Index("ix_clock_check_at", "at"),)

    id: Mapped[uuid_pk]
    at: Mapped[datetime]
    source: Mapped[str]  # ntp://…, kernel, database
    offset_microseconds: Mapped[int | None] = mapped_column(BigInteger)  # ours minus theirs; None: no answer
    is_good: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
