"""What can go wrong in billing."""

from datetime import date
from uuid import UUID

from app.core.errors import DomainError


class NoPriceError(DomainError):
    """The price list has no price for this code on this day. The charge is tried again until one is loaded."""

    def __init__(self, price_code: str, on: date) -> None:
        super().__init__("no-price", price_code=price_code, on=on)


class PriceDiffersError(DomainError):
    """The price list has another price for this code from this day on. A new price needs a new day."""

    def __init__(self, price_code: str, valid_from: date) -> None:
        super().__init__("price-differs", price_code=price_code, valid_from=valid_from)


class PriceFileError(DomainError):
    """A line of the price file cannot be read."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__("price-file", line=line, reason=reason)


class NoCompanyAccountError(DomainError):
    """The company has no company ID yet, and charges are made to a company ID."""

    def __init__(self, application_id: UUID) -> None:
        super().__init__("no-company-account", application_id=application_id)


class NothingToInvoiceError(DomainError):
    """No open charge in the period: perhaps somebody else has just issued the invoice."""

    def __init__(self) -> None:
        super().__init__("nothing-to-invoice")


class ChargesChangedError(DomainError):
    """The open charges are no longer those that the person looked at."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__("charges-changed", expected=expected, found=found)


class NoBillingContactError(DomainError):
    """The company has no billing contact (form 4), so nobody can receive the invoice."""

    def __init__(self, company: str) -> None:
        super().__init__("no-billing-contact", company=company)


class NoApprovedChangeError(DomainError):
    """There is no approved application with this key, so nothing is readdressed."""

    def __init__(self, application_id: UUID) -> None:
        super().__init__("no-approved-change", application_id=application_id)
