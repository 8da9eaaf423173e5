"""Loading a price list."""

from collections.abc import Iterable

from app import audit
from app.billing import queries
from app.billing.errors import PriceDiffersError
from app.billing.rules.price_file import PriceLine
from app.core.actor import Actor
from app.core.db import db
from app.core.transaction import transaction
from models.billing import Price


def load_prices(lines: Iterable[PriceLine], *, actor: Actor) -> int:
    """Add prices that are not there yet; all of them or none. Charges already made keep their amounts.

    Returns:
        how many prices were added. Loading the same file again adds none.

    Raises:
        PriceDiffersError: another price is on record for the same code from the same day.
    """
    added = 0
    with transaction():
        for line in lines:
            known = queries.find_price_from(line.code, line.valid_from)
            if known is not None:
                if (known.amount, known.tax_percent) != (line.amount, line.tax_percent):
                    raise PriceDiffersError(line.code, line.valid_from)
                continue
            price = Price(
                code=line.code,
                valid_from=line.valid_from,
                amount=line.amount,
                tax_percent=line.tax_percent,
                description_ja=line.description_ja,
                description_en=line.description_en,
            )
            db.session.add(price)
            db.session.flush()
            added += 1
            audit.record(
                "price:load",
                subject_type="price",
                subject_id=price.id,
                actor=actor,
                detail={"code": line.code, "from": line.valid_from, "amount": line.amount, "tax": line.tax_percent},
            )
    return added
