"""The database object, the declarative base with its naming convention, and the column types that every table uses."""

import enum
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Enums are stored by value as text: a new state needs no change of a database type.
_plain_enum = Enum(
    enum.Enum, native_enum=False, length=32, values_callable=lambda members: [member.value for member in members]
)
type_annotations: dict[Any, Any] = {datetime: DateTime(timezone=True), enum.Enum: _plain_enum}

uuid_pk = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
timestamptz = Annotated[datetime, mapped_column(DateTime(timezone=True))]
created = Annotated[datetime, mapped_column(DateTime(timezone=True), default=lambda: datetime.now(UTC))]


class _Base(DeclarativeBase):
    """Constraints named by rule, every datetime a `timestamptz`."""

    registry = registry(metadata=MetaData(naming_convention=NAMING_CONVENTION), type_annotation_map=type_annotations)


db = SQLAlchemy(model_class=_Base, disable_autonaming=True)

if TYPE_CHECKING:
    Base = _Base
else:
    Base = db.Model
