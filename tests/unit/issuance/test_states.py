"""The machines of issuance: closed, and the ends are ends."""

from itertools import product

import pytest

from app.core.errors import IllegalTransitionError
from issuance.rules.states import MACHINES, require_step
from models.enums import CertificateStatus, RevocationBatchStatus, RevocationRequestStatus

ENDS = {
    RevocationRequestStatus: {"revoked", "refused", "withdrawn", "overtaken"},
    RevocationBatchStatus: {"done", "rejected"},
    CertificateStatus: {"revoked", "expired"},
}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda each: each.__name__)
def test_every_state_is_in_its_table_and_leads_to_known_states(machine) -> None:
    table = MACHINES[machine]
    assert set(table) == set(machine)
    for state, following in product(machine, machine):
        if following in table[state]:
            assert require_step(state, following) is following
        else:
            with pytest.raises(IllegalTransitionError):
                require_step(state, following)


@pytest.mark.parametrize("machine", ENDS, ids=lambda each: each.__name__)
def test_the_ends_are_ends(machine) -> None:
    assert {state.value for state, following in MACHINES[machine].items() if not following} == ENDS[machine]


def test_a_request_is_taken_back_only_before_the_decision() -> None:
    before = {state for state, following in MACHINES[RevocationRequestStatus].items() if following}
    assert before == {RevocationRequestStatus.RECEIVED, RevocationRequestStatus.CONFIRMED}
