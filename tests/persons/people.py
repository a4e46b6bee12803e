"""People for the tests: what agencies say of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from domain.persons.description import PersonDescription

PSEUDONYM = "k1-" + "0a" * 32
OTHER_PSEUDONYM = "k1-" + "0b" * 32

JAN: dict[str, Any] = {
    "birth_date": "1985-04-12",
    "given_names": "Jan Pieter",
    "prefix": "van der",
    "family_name": "Westerkamp",
    "gender": "male",
    "postcode": "3511 AB",
}


def said(**facts: Any) -> PersonDescription:
    """Jan, with other facts in place of his own; None leaves one out."""
    return PersonDescription(
        **{key: value for key, value in {**JAN, **facts}.items() if value is not None}
    )


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Nd", "Nl", "No")),
    min_size=1,
    max_size=20,
).filter(str.strip)

DESCRIPTIONS = st.builds(
    PersonDescription,
    pseudonyms=st.sampled_from([(), (PSEUDONYM,), (OTHER_PSEUDONYM,)]),
    birth_date=st.none()
    | st.sampled_from(["1985", "1985-04", "1985-04-12", "1985-12-04", "1985-04-13", "1990-01-01"]),
    given_names=st.none()
    | NAMES
    | st.sampled_from(["Jan", "Johannes", "Jan Pieter", "Jna", "J.P.", "Jan-Willem", "Piet"]),
    initials=st.none() | st.sampled_from(["J.P.", "J", "PJ", "K."]),
    prefix=st.none() | st.sampled_from(["van der", "v.d.", "de"]),
    family_name=NAMES
    | st.sampled_from(["Berg", "van den Berg", "Jansen-de Vries", "de Vries - Jansen", "Dijk"]),
    partner_name=st.none() | NAMES | st.sampled_from(["Jansen", "Dyk"]),
    gender=st.none() | st.sampled_from(["male", "female", "other"]),
    postcode=st.none() | st.sampled_from(["3511AB", "3511 ab", "3511AC", "9999ZZ"]),
)
