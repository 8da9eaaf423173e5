"""The form of a name in a certificate: kept where it can be, replaced with a record where it cannot, refused otherwise."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from registration.rules.certificate_names import (
    JIS_X_0208,
    JIS_X_0213,
    CertificateNameError,
    Replacement,
    certificate_form,
)
from registration.rules.name_characters import NameCharacterError
from registration.rules.names import NameMatch, compare_names
from registration.rules.signs import DATA, signs

NAMES = Path(__file__).parents[2] / "vectors" / "data" / "names.csv"
with NAMES.open(encoding="utf-8", newline="") as source:
    ROWS = {row["id"]: row for row in csv.DictReader(source)}


@pytest.mark.parametrize(
    "name",
    [
        "髙橋 髙子",
        "山﨑 健",
        "神\ufa19 靖\ufa1c",
        "𣘺本",
        "𡈽屋",
        "濵田 德子",
        "㈱山田",
        "O'BRIEN MARY-ANN",
        "ＳＭＩＴＨ　ＪＯＨＮ",
    ],
)
def test_what_every_system_shows_is_carried_exactly(name):
    form = certificate_form(name)
    assert (form.text, form.is_exact) == (name, True)


@pytest.mark.parametrize(
    ("name", "text", "replaced"),
    [
        ("𠮷田 太郎", "吉田 太郎", (Replacement(1, "𠮷", "吉"),)),
        ("葛\U000e0100城", "葛城", (Replacement(1, "葛\U000e0100", "葛"),)),
        ("渡邉\U000e0101 一", "渡邉 一", (Replacement(2, "邉\U000e0101", "邉"),)),
        ("\U0001b001い", "えい", (Replacement(1, "\U0001b001", "え"),)),
        ("か\u3099", "が", (Replacement(1, "か\u3099", "が"),)),
    ],
)
def test_what_few_systems_show_is_replaced_and_recorded(name, text, replaced):
    form = certificate_form(name)
    assert (form.text, form.replaced) == (text, replaced)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("山𥔎", "山崎"),
        ("濵田", "濱田"),
        ("桒原 曻", "桑原 昇"),
        ("\ufa19谷", "神谷"),
        ("ＡＢＣ－１", "ＡＢＣ−１"),
        ("邉 邊 齋 凜", "邉 邊 齋 凜"),
    ],
)
def test_a_practice_statement_may_allow_less(name, text):
    assert certificate_form(name, repertoire=JIS_X_0208).text == text


@pytest.mark.parametrize(
    ("name", "repertoire", "position"),
    [("太𩸽", JIS_X_0208, 2), ("わ\u3099", JIS_X_0213, 1), ("山\U000e0100\U00030000", JIS_X_0213, 2)],
)
def test_a_character_without_a_substitute_is_named(name, repertoire, position):
    with pytest.raises(CertificateNameError) as caught:
        certificate_form(name, repertoire=repertoire)
    assert caught.value.fields["position"] == position
    assert caught.value.fields["character"] == signs(name)[position - 1]


def test_an_officer_decides_for_one_name():
    form = certificate_form("太𩸽", {"𩸽": "鱈"}, repertoire=JIS_X_0208)
    assert form.replaced == (Replacement(2, "𩸽", "鱈"),)
    assert certificate_form("𠮷", {"𠮷": "善"}).text == "善"


def test_a_decision_cannot_bring_in_what_the_repertoire_lacks():
    with pytest.raises(CertificateNameError):
        certificate_form("太𩸽", {"𩸽": "𠮷"}, repertoire=JIS_X_0208)


@pytest.mark.parametrize("row_id", ["N55", "N56", "N57", "N58"])
def test_what_is_no_character_of_a_name_is_refused(row_id):
    with pytest.raises(DomainError, match="name-character"):
        certificate_form(ROWS[row_id]["value"])


def test_the_names_of_the_list_can_all_be_issued():
    """Every other name of the list has a form, and the holder would recognise it."""
    for row_id, row in ROWS.items():
        if row_id in {"N42", "N55", "N56", "N57", "N58"}:  # わ with a voicing mark has no form; the others are refused
            continue
        form = certificate_form(row["value"])
        assert len(signs(form.text)) == len(signs(row["value"])), row_id
        if row_id != "N41":
            assert compare_names(row["value"], form.text) in {NameMatch.EXACT, NameMatch.VARIANT}, row_id


def test_the_list_of_substitutions_is_well_formed():
    lines = (DATA / "substitutions.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            original, substitute = line.split()
            assert len(original) == 1
            assert JIS_X_0208.has(substitute), line
            assert not JIS_X_0208.has(original), line


@given(
    st.text() | st.text(st.sampled_from([*"山髙𠮷桒ｱﾞ\\~¥－～", "\ufa19", "\U000e0100", "か", "\u3099"])),
    st.sampled_from([JIS_X_0208, JIS_X_0213]),
)
def test_a_form_is_within_the_repertoire_or_refused(name, repertoire):
    try:
        form = certificate_form(name, repertoire=repertoire)
    except (NameCharacterError, CertificateNameError):
        return
    assert all(map(repertoire.has, signs(form.text)))
    assert form.is_exact == (form.text == name)
    assert certificate_form(form.text, repertoire=repertoire).is_exact
