"""What is taken as a password, and how it is checked."""

import pytest

from app.security.passwords import hash_password, is_password, password_refusals

ABOUT = ("yamada@example.jp", "山田 太郎", "U10000002")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("correct horse battery", [], id="a sentence"),
        pytest.param("青い空と白い雲を見ていた朝", [], id="a Japanese sentence"),
        pytest.param("shortone123", ["password-short"], id="eleven characters"),
        pytest.param("x" * 10 + "yzabc" * 24, ["password-long"], id="130 characters"),
        pytest.param("aaaaaaaabbbb", ["password-monotonous"], id="two different characters"),
        pytest.param("Password1234", ["password-common"], id="a word of every list"),
        pytest.param("ＰＡＳＳＷＯＲＤ１２３４", ["password-common"], id="the same in full width"),
        pytest.param("u10000002!!!!", ["password-personal"], id="the login ID"),
        pytest.param("yamada.1985-", ["password-personal"], id="the address"),
        pytest.param("the yamada family plays go", [], id="the name as a small part"),
        pytest.param("", ["password-short"], id="nothing"),
    ],
)
def test_refusals(password: str, expected: list[str]) -> None:
    assert password_refusals(password, about=ABOUT) == expected


def test_a_hash_is_argon2id_and_salted() -> None:
    first, second = hash_password("correct horse battery"), hash_password("correct horse battery")

    assert first.startswith("$argon2id$")
    assert first != second
    assert is_password("correct horse battery", first)
    assert not is_password("correct horse batterz", first)


def test_two_ways_to_type_the_same_are_the_same() -> None:
    assert is_password("か\u3099くせいの合言葉です", hash_password("がくせいの合言葉です"))


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_without_a_hash_no_password_is_right(stored: str | None) -> None:
    assert not is_password("", stored)
