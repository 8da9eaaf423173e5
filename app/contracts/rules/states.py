"""The life of a contract and of a party's part in it. The only place that says what may follow what."""

from app.core.errors import IllegalTransitionError
from models.enums import ContractStatus as C
from models.enums import PartyStatus as P

SEAL, COMPLETE, DECLINE, WITHDRAW = "seal", "complete", "decline", "withdraw"
OPEN, SIGN = "open", "sign"

CONTRACT = {
    (C.SEALING, SEAL): C.OPEN,
    (C.SEALING, WITHDRAW): C.WITHDRAWN,
    (C.OPEN, COMPLETE): C.COMPLETED,
    (C.OPEN, DECLINE): C.DECLINED,
    (C.OPEN, WITHDRAW): C.WITHDRAWN,
}
PARTY = {
    (P.WAITING, OPEN): P.OPEN,
    (P.OPEN, SIGN): P.SIGNED,
    (P.OPEN, DECLINE): P.DECLINED,
}


def next_contract_status(current: C, event: str) -> C:
    """What a contract becomes. Raises IllegalTransitionError."""
    try:
        return CONTRACT[current, event]
    except KeyError:
        raise IllegalTransitionError("contract", current=current, event=event) from None


def next_party_status(current: P, event: str) -> P:
    """What a party becomes. Raises IllegalTransitionError."""
    try:
        return PARTY[current, event]
    except KeyError:
        raise IllegalTransitionError("party", current=current, event=event) from None
