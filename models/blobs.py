"""What the storage holds. Written by app.storage."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, created


class Blob(Base):
    """One stored object, by the SHA-256 of its plain bytes. Its wrapped key stands in the head of its file."""

    __tablename__ = "blob"
    __table_args__ = (CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_shape"),)

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    byte_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[created]
