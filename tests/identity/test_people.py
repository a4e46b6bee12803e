"""From claims to a viewer, and what the settings refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.need_to_know.viewer import Viewer, ViewerRole
from domain.values import AgencyKind
from services.bus.agencies import AgencyRegister
from services.identity.addresses import is_loopback
from services.identity.errors import ClaimsRefused
from services.identity.people import person_of, viewer_of
from services.identity.settings import ClaimNames
from services.settings import Settings

SETTINGS = Settings()
REGISTER = AgencyRegister(SETTINGS)


def claims(**changed: Any) -> dict[str, Any]:
    good = {"sub": "p-1", "oneplan_role": "lead", "oneplan_agency": "school"}
    return {name: value for name, value in (good | changed).items() if value is not None}


def test_a_role_brings_what_belongs_to_it_and_no_more() -> None:
    everything = claims(
        oneplan_role=["lead", "family-member", "auditor", "lead"],
        oneplan_family="F1",
        oneplan_member="m-1",
    )
    person = person_of(everything, SETTINGS, REGISTER)
    assert person.roles == (ViewerRole.LEAD, ViewerRole.FAMILY_MEMBER, ViewerRole.AUDITOR)
    assert [viewer_of(person, role, SETTINGS, REGISTER) for role in person.roles] == [
        Viewer(
            role=ViewerRole.LEAD,
            person_id="p-1",
            agency="school",
            agency_kind=AgencyKind.SCHOOL,
        ),
        Viewer(role=ViewerRole.FAMILY_MEMBER, person_id="p-1", family_id="F1", member_id="m-1"),
        Viewer(role=ViewerRole.AUDITOR, person_id="p-1"),
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"oneplan_role": None}, "oneplan_role is missing"),
        ({"oneplan_role": []}, "oneplan_role is missing"),
        ({"oneplan_role": {"lead": True}}, "oneplan_role is missing"),
        ({"oneplan_role": "Anna"}, "a role we do not know"),
        ({"oneplan_role": ["lead", "Anna"]}, "a role we do not know"),
        ({"oneplan_role": ["lead", 7]}, "a role we do not know"),
        ({"oneplan_role": "agency"}, "a role we do not know"),
        ({"oneplan_agency": None}, "oneplan_agency is missing"),
        ({"oneplan_agency": "anna-bv"}, "an agency that is not in the register"),
        ({"oneplan_role": "family-member"}, "oneplan_family is missing"),
        ({"oneplan_role": "family-member", "oneplan_family": "F1"}, "oneplan_member is missing"),
        ({"sub": "Anna de Vries"}, "sub is missing or no id"),
        ({"sub": None}, "sub is missing or no id"),
        ({"sub": 7}, "sub is missing or no id"),
    ],
)
def test_who_is_not_described_well_is_refused_with_the_claim(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ClaimsRefused, match=reason) as caught:
        person_of(claims(**changed), SETTINGS, REGISTER)
    assert "anna" not in caught.value.reason.lower()


def test_the_claims_have_the_names_of_the_settings() -> None:
    names = ClaimNames(person="uid", role="rol", agency="instantie")
    settings = SETTINGS.model_copy(update={"oidc_claims": names})
    person = person_of(
        {"uid": "p-2", "rol": ["professional"], "instantie": "police"}, settings, REGISTER
    )
    assert (person.person_id, person.agency) == ("p-2", "police")


def test_an_agency_that_was_taken_out_lets_nobody_in() -> None:
    person = person_of(claims(), SETTINGS, REGISTER)
    fewer = SETTINGS.model_copy(
        update={"agencies": tuple(one for one in SETTINGS.agencies if one.code != "school")}
    )
    with pytest.raises(ClaimsRefused, match="an agency that is not in the register"):
        viewer_of(person, ViewerRole.LEAD, fewer, AgencyRegister(fewer))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
ROLES = st.one_of(JSON, st.sampled_from(ViewerRole), st.lists(st.sampled_from(ViewerRole)))
NAMES = ("sub", "oneplan_role", "oneplan_agency", "oneplan_family", "oneplan_member")


@given(
    st.fixed_dictionaries(
        {}, optional={name: ROLES if name == "oneplan_role" else JSON for name in NAMES}
    )
)
def test_whatever_is_claimed_it_is_a_whole_viewer_or_refused(given_: dict[str, Any]) -> None:
    try:
        person = person_of(given_, SETTINGS, REGISTER)
    except ClaimsRefused:
        return
    for role in person.roles:
        viewer = viewer_of(person, role, SETTINGS, REGISTER)
        assert viewer.role is not ViewerRole.AGENCY
        assert viewer.person_id == given_["sub"]
        assert (viewer.agency_kind is not None) == (
            role in {ViewerRole.LEAD, ViewerRole.PROFESSIONAL}
        )
        assert (viewer.member_id is not None) == (role is ViewerRole.FAMILY_MEMBER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://id.example.nl"},
        {"oidc_issuer": "http://0.0.0.0:8081"},
        {"oidc_issuer": "ftp://127.0.0.1"},
        {"oidc_issuer": "https://id.example.nl/?a=b"},
        {"oidc_issuer": "https://u:p@id.example.nl"},
        {"oidc_issuer": "http://127.0.0.1:x"},
        {"oidc_issuer": "id.example.nl"},
        {"public_url": "http://plan.example.nl"},
        {"public_url": "https://plan.example.nl/plans"},
        {"oidc_audience": "oneplan-web"},
        {"rate_api": "often"},
        {"rate_sign_in": ""},
    ],
)
def test_settings_that_leak_or_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)


def test_only_this_machine_is_loopback() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))
    assert not any(
        is_loopback(host)
        for host in (
            None,
            "",
            "0.0.0.0",  # noqa: S104 - refused
            "::",
            "127.0.0.1.evil.example",
            "192.0.2.1",
            "local",
        )
    )
