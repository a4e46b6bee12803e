"""The domain's sentences in Dutch: each one that a form can meet has its form and its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.web.pages.reasons import SENTENCES, found_in
from services.web.pages.words import words_in

DOMAIN = Path(__file__).parents[2] / "domain"
ERRORS = frozenset({"Refused", "Waiting", "UnknownItem", "PlanIsClosed", "ValueError"})
FOR_NO_FORM = ("erasure/", "persons/", "patterns/", "learning.py", "family_plan/erasing.py")
"""What no page asks for: the command line, or the service itself."""
PLACE = re.compile(r"%\(\w+\)s|\{\}")
BY_ITSELF = "only the service itself lets terms expire"


def said() -> Iterator[str]:
    """Each sentence of the domain, with ``{}`` for its values."""
    for path in sorted(DOMAIN.rglob("*.py")):
        if str(path.relative_to(DOMAIN)).startswith(FOR_NO_FORM):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ERRORS:
                of_a_value = getattr(node.func, "id", None) == "ValueError"
                sentence = _text(node.args[0 if of_a_value else 1])
                if sentence is not None and sentence != BY_ITSELF:
                    yield sentence


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
        )
    return None


def own_words(sentence: str) -> list[str]:
    return PLACE.split(sentence)


def test_each_sentence_of_the_domain_is_known_and_no_others() -> None:
    sentences = set(said())
    assert len(sentences) > 80
    for sentence in sentences:
        found = found_in(sentence.replace("{}", "x-1"))
        assert found is not None, f"put into services/web/pages/reasons.py: {sentence}"
        assert own_words(found[0]) == own_words(sentence)
    in_use = {tuple(own_words(one)) for one in sentences}
    assert [one for one in SENTENCES if tuple(own_words(one)) not in in_use] == []


@pytest.mark.parametrize(
    ("reason", "dutch"),
    [
        (
            "2026-01-10 lies before the day on which it was agreed (2026-03-01); check both",
            "10 jan 2026 ligt vóór de dag waarop het is afgesproken (1 mrt 2026); kijk beide na.",
        ),
        ("the plan is in the phase planning already", "Het plan is al in de fase Plan maken."),
        ("Value error, only a professional has an agency", None),
        ("something nobody ever said", "something nobody ever said"),
    ],
)
def test_a_reason_is_told_in_dutch(reason: str, dutch: str | None) -> None:
    told = words_in("nl").said(reason)
    assert told == (dutch or "Alleen een professional heeft een instantie.")
