"""Every pair of state and event: the table is the only way forward."""

import itertools

import pytest

from app.core.errors import IllegalTransitionError
from mailings.rules.states import NEXT, MailPieceEventKind, next_status
from models.enums import MailPieceStatus

ENDED = {MailPieceStatus.SPOILED, MailPieceStatus.RETURNED, MailPieceStatus.LOST}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(MailPieceStatus, MailPieceEventKind)))
def test_each_step(status: MailPieceStatus, event: MailPieceEventKind) -> None:
    if (status, event) in NEXT:
        assert next_status(status, event) is NEXT[status, event]
    else:
        with pytest.raises(IllegalTransitionError):
            next_status(status, event)


def test_what_has_ended_does_not_start_again() -> None:
    assert not [step for step in NEXT if step[0] in ENDED]


def test_a_letter_is_printed_only_once_and_spoiled_only_in_the_house() -> None:
    assert [status for status, event in NEXT if event is MailPieceEventKind.PRINT] == [MailPieceStatus.PREPARED]
    assert {status for status, event in NEXT if event is MailPieceEventKind.SPOIL} == {
        MailPieceStatus.PRINTED,
        MailPieceStatus.ENCLOSED,
    }
