"""Serial numbers of the built-in time-stamping authority. Written by app.timestamps."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class TimeStamp(Base):
    """One time stamp given; its row is its serial number, unique for ever (RFC 3161 §2.4.2)."""

    __tablename__ = "time_stamp"

    serial: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    imprint: Mapped[bytes]
    gen_time: Mapped[datetime]
