"""Splitting a secret: any group of the right size joins it again, a smaller one learns nothing."""

import secrets
from itertools import combinations

import pytest

from issuance.rules.shares import Share, ShareError, join, read, split


def shares(secret: bytes, needed: int = 3, count: int = 5, backup: str = "b1") -> list[Share]:
    return split(secret, backup=backup, needed=needed, count=count, random=secrets.token_bytes)


@pytest.mark.parametrize(("needed", "count"), [(2, 2), (2, 3), (3, 5), (5, 5), (7, 16)])
def test_every_group_of_the_right_size_joins_the_secret(needed, count):
    secret = secrets.token_bytes(32)
    made = shares(secret, needed, count)
    assert all(join(group) == secret for group in list(combinations(made, needed))[:40])
    assert join(made) == secret


def test_an_example_by_hand():
    # By hand: f(x) = 0x42 + 0x17 x at 1 and 2.
    made = split(b"\x42", backup="b", needed=2, count=2, random=lambda count: b"\x17" * count)
    assert [share.value for share in made] == [bytes([0x42 ^ 0x17]), bytes([0x42 ^ 0x2E])]


def test_one_share_too_few_fits_every_secret():
    made = split(b"\x00", backup="b", needed=2, count=3, random=lambda count: b"\x99" * count)[0]
    fitting = {join([made, Share("b", 2, 2, bytes((value,)))]) for value in range(256)}
    assert len(fitting) == 256


def test_too_few_are_refused():
    made = shares(b"secret")
    with pytest.raises(ShareError, match="shares-too-few"):
        join([made[0], made[1], made[1]])
    with pytest.raises(ShareError, match="shares-too-few"):
        join([])


def test_shares_of_two_backups_do_not_mix():
    with pytest.raises(ShareError, match="shares-mixed"):
        join([shares(b"secret")[0], *shares(b"secret", backup="b2")[1:3]])


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (4, 3), (2, 17)])
def test_senseless_numbers_are_refused(needed, count):
    with pytest.raises(ShareError, match="backup-shares"):
        shares(b"secret", needed, count)


def test_a_line_is_read_back_and_a_typing_error_is_seen():
    share = shares(secrets.token_bytes(32))[2]
    assert read(f"Share of somebody\n\n{share.text()}\n") == share
    line = share.text()
    for at in range(len(line)):
        wrong = line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1 :]
        with pytest.raises(ShareError, match="share-malformed"):
            read(wrong, "share")
