"""The e-mail with a ダウンロードPIN has gone: from now on only the holder has it."""

from uuid import UUID

from app.core.transaction import transaction
from issuance import queries


def forget_download_pin(pin_id: UUID) -> None:
    """Throw the sealed copy away. Safe to run twice."""
    with transaction():
        queries.get_pin_for_update(pin_id).sealed_value = None
