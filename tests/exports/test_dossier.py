"""The dossier: each line with its source, cut to its reader, and what is written shown as it is."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pypdf import PdfReader
from typer.testing import CliRunner

from domain.anatomy import fields as fields_of
from domain.events import EVENT_CLASSES
from domain.family_plan.core import PlanEvent
from domain.family_plan.merging import MergedInto
from domain.need_to_know.audience import EVERYTHING, Audience
from domain.need_to_know.policy import Onlooker
from domain.patterns import RULES as PATTERNS
from services.access import open_access_log
from services.bus.credentials import ensure_credentials
from services.cli.main import app
from services.exports.dossier.document import RECORDED_AS, dossier
from services.exports.dossier.model import Dossier, Line
from services.exports.dossier.page import pdf
from services.exports.dossier.standing import ENDINGS
from services.exports.dossier.telling import NOT_TOLD, TEXTS, Telling, event_ref
from services.exports.fhir.bundle import fhir_json
from services.exports.texts import Language, texts
from services.exports.texts.dutch import EVENTS, FIELDS, MESSAGES, RULES
from services.exports.texts.dutch_words import WORDS
from services.read_model.source import RecordedEvent
from services.views.past import AsOf, past_of
from services.web.app import create_app
from tests.exports.support import seen, whole
from tests.exports.test_fhir import check
from tests.projections.strategies import START, histories
from tests.support.events import NOW
from tests.support.secrets import marks_in
from tests.support.viewers import lead
from tests.support.world import World
from tests.views.story import ALL_MARKS, FAMILY, LATER, hiding, said, story
from tests.views.test_need_to_know import SEES, VIEWERS
from tests.views.test_secrets import PARTIES, QUICK, STRANGER, hidden_by_hand, labelled
from tests.web.support import bearer

ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
EXPORT = "0af7651916cd43dd8448eb211c80319c"
ELS = lead("veilig-thuis", "els")
HOSTILE = (
    '#panic("boom") $x^2$ *vet* _schuin_ `code` <label> @wie // weg /* weg */ \\u{41} --- ~ "a"',
    '#read("/etc/passwd") #import "x.typ" #sys.inputs ] } ) = Kop - lijst + nummer',
    "rechts\u202enaar\u202clinks, bel\x07, nul\x00, 😀 en 中文, عربي, Łódź, Şükrü, ﬁ, e\u0301",
    "a" * 500,
    "eerste regel\n= tweede regel\r\n\r\nvierde regel",
)


@pytest.fixture
def told(world: World) -> World:
    """The story, known to the views."""
    world.take(*story())
    return world


def read(made: bytes) -> str:
    """All text of a PDF with its metadata, without what the page itself adds to a text."""
    reader = PdfReader(io.BytesIO(made))
    pages = "\n".join(page.extract_text() for page in reader.pages)
    return f"{pages}\n{reader.metadata}\n{reader.outline}".replace("\u200b", "")


def squeezed(text: str) -> str:
    """A text without blanks and hyphens, which the page puts where lines break."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def marks_of(text: str) -> set[str]:
    """The names of the marks in a text whose lines may be broken anywhere."""
    told = squeezed(text)
    return {name for name, mark in ALL_MARKS.items() if mark in told}


def all_lines(made: Dossier) -> list[Line]:
    """The lines of a dossier, those under others too."""
    found: list[Line] = []
    left = [line for part in made.sections for group in part.groups for line in group.lines]
    while left:
        line = left.pop()
        found.append(line)
        left += line.follow
    return found


@settings(max_examples=8, deadline=None, phases=QUICK)
@given(events=histories(max_size=60), code=st.sampled_from([STRANGER, *PARTIES]))
def test_every_event_is_told_with_its_source_and_nothing_that_is_kept_back(
    events: list[RecordedEvent], code: str
) -> None:
    for family_id, history, labels in labelled(events):
        who = PARTIES.get(code, Onlooker.SCHOOL)
        agreed = labels.standing.agreed_for(code)
        for audience in (Audience(who, code, agreed=agreed), EVERYTHING):
            part = whole(family_id, history, audience)
            for language in Language:
                made = dossier(part, None, EXPORT, START, language)
                lines = all_lines(made)
                assert all(one.source.known or "One Plan" in one.source.who for one in lines)
                assert {event_ref(one) for one in part.events} <= {
                    ref for one in lines for ref in one.source.event.split(", ")
                }
                assert marks_in(repr(made)) <= marks_in(*part.events)
        stranger = whole(family_id, history, Audience(Onlooker.SCHOOL, STRANGER))
        found = marks_in(repr(dossier(stranger, None, EXPORT, START)))
        assert not any(
            found & marks_in(event) for event, _ in history if hidden_by_hand(event, "school")
        )


@settings(max_examples=10, deadline=None, phases=QUICK)
@given(events=histories(max_size=30, joins=True))
def test_families_that_were_merged_and_split_are_told_too(events: list[RecordedEvent]) -> None:
    streams: dict[str, list[RecordedEvent]] = {}
    for one in events:
        assert isinstance(one.event, PlanEvent)
        streams.setdefault(one.event.family_id, []).append(one)
    for family_id, own in streams.items():
        if not isinstance(own[-1].event, MergedInto):
            family = past_of(family_id, EVERYTHING, AsOf(), streams.__getitem__, START)
            made = dossier(family, None, EXPORT, START)
            told = {line.source.event for line in all_lines(made)}
            assert {event_ref(one) for one in family.events} <= told
            check(fhir_json(family, EXPORT, START))


@ON_SQLITE
def test_each_reader_gets_their_part_on_paper(told: World) -> None:
    told.take(hiding(), now=LATER)
    made_for = {
        "carl": "Carl (lid van het gezin)",
        "school": "School (het systeem van de instantie)",
    }
    for name, whom in made_for.items():
        family = seen(told.views, VIEWERS[name])
        made = pdf(dossier(family, VIEWERS[name], EXPORT, NOW), NOW)
        text = read(made)
        assert marks_of(text) == SEES[name] - {"street"}, name
        assert ALL_MARKS["street"].encode() not in made
        assert whom in text
        for category in family.audience.withheld:
            words = {one.value: word for one, word in WORDS[type(category)]}
            assert squeezed(words[category.value]) in squeezed(text)


@ON_SQLITE
def test_the_lead_reads_all_of_it_in_order(told: World) -> None:
    family = seen(told.views, ELS)
    made = pdf(dossier(family, ELS, EXPORT, NOW), NOW)
    reader = PdfReader(io.BytesIO(made))
    text = read(made)
    assert marks_of(text) == set(ALL_MARKS) - {"hiding", "consent"}
    assert reader.metadata is not None
    assert reader.metadata.title == f"Dossier van gezin {FAMILY}"
    root = reader.root_object
    assert str(root["/Lang"]) == "nl"
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert reader.xmp_metadata is not None
    assert "pdfuaid" in str(reader.xmp_metadata.rdf_root.toxml())
    first = reader.pages[0].extract_text()
    for said_there in (EXPORT, "els (casusregisseur, Veilig Thuis)", "Niets: deze lezer mag alles"):
        assert said_there in first
    assert f"pagina 1 van {len(reader.pages)}" in first
    for title in ("Veiligheidsafspraken", "Signalen", "Tijdlijn", "Openstaande vragen"):
        assert title in reader.pages[1].extract_text()
    incident = next(one for one in family.events if "incident" in type(one).model_fields)
    source = (
        f"Politie · gebeurd 1 mrt 2026 10:30 · bekend sinds 2 mrt 2026 13:00 · "
        f"gebeurtenis {event_ref(incident)}"
    )
    assert text.count(source) == 2


@ON_SQLITE
def test_what_somebody_wrote_is_shown_as_it_is_and_does_nothing(told: World) -> None:
    told.take(
        *(
            said("note.added", {"note_id": f"h{place}", "text": text})
            for place, text in enumerate(HOSTILE)
        )
    )
    family = seen(told.views, ELS)
    text = squeezed(read(pdf(dossier(family, ELS, EXPORT, NOW), NOW)))
    for one in (HOSTILE[0], HOSTILE[1], HOSTILE[3]):
        assert squeezed(one) in text
    assert "[U+202E]" in text
    assert "bel[U+0007],nul[U+0000],[U+1F600]en[U+4E2D][U+6587]" in text
    assert "Łódź,Şükrü" in text
    assert "eersteregel=tweederegelvierderegel" in text
    assert "root:" not in text


@ON_SQLITE
def test_it_is_served_over_http_and_put_on_record(told: World) -> None:
    ensure_credentials(told.settings)
    nowhere = told.settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"})
    path = f"/api/v1/families/{FAMILY}/export/dossier"
    asked = {**bearer(told.settings, "school"), "traceparent": f"00-{EXPORT}-b7ad6b7169203331-01"}
    with TestClient(create_app(nowhere)) as client:
        response = client.get(path, params={"language": "en"}, headers=asked)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/pdf"
        assert re.fullmatch(
            rf'attachment; filename="dossier-{FAMILY}-\d{{4}}-\d\d-\d\d.pdf"',
            response.headers["content-disposition"],
        )
        assert response.headers["Oneplan-Withheld"] == "birth-dates, signals"
        text = read(response.content)
        assert marks_of(text) == SEES["school"]
        assert EXPORT in text
        assert "Safety agreements" in text
        assert client.get(path, headers=bearer(told.settings, "halt")).status_code == 404
        assert client.get(path, params={"language": "fr"}, headers=asked).status_code == 422
    with open_access_log(told.settings) as log:
        record = log.of_family(FAMILY, 10, agency="school").entries[-1]
    assert (record.view, record.correlation_id) == (RECORDED_AS, EXPORT)


@ON_SQLITE
def test_the_command_line_writes_a_private_file_once(
    told: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEPLAN_DATA_DIR", str(told.settings.data_dir))
    output = tmp_path / "carl.pdf"
    command = ["export", "dossier", FAMILY, "--member", "carl", "-o", str(output)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert output.stat().st_mode & 0o777 == 0o600
    written = output.read_bytes()
    assert marks_of(read(written)) == SEES["carl"]
    again = CliRunner().invoke(app, command)
    assert (again.exit_code, output.read_bytes()) == (1, written)
    early = ["--known-at", "2020-01-01T00:00:00Z"]
    other = [*command[:-1], str(tmp_path / "early.pdf"), *early]
    assert CliRunner().invoke(app, other).exit_code == 1
    assert sorted(one.name for one in tmp_path.glob("*.pdf")) == ["carl.pdf"]


def test_every_word_has_its_dutch() -> None:
    for kind, words in WORDS.items():
        assert [one for one, _ in words] == list(kind), kind
    plain = [one for one in EVENT_CLASSES.values() if issubclass(one, PlanEvent)]
    assert {one.__name__ for one in plain} == set(EVENTS)
    told = {name for one in plain for name in _told_fields(one)}
    assert told - set(FIELDS) == set()
    assert RULES.keys().isdisjoint(rule.name for rule in PATTERNS)
    said_in_code = set(_messages()) | {word for word, _ in ENDINGS.values()}
    assert said_in_code == set(MESSAGES)


def _messages() -> Iterator[str]:
    """The messages in the code of the exports: what is given to the words of a language."""
    for path in Path("services/exports").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in {"texts", "_texts", "words", "group", "section"}:
                yield from (
                    one.value
                    for one in call.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


WHOLE = frozenset(Telling(texts(), {}, ())._models)
"""The values that are told in one piece."""


def _told_fields(model: type[BaseModel]) -> set[str]:
    """The names of the facts that stand on a line."""
    found: set[str] = set()
    for one in fields_of(model):
        if one.name in NOT_TOLD | TEXTS:
            continue
        if one.model is None or one.model in WHOLE:
            found.add(one.name)
        else:
            found |= _told_fields(one.model)
    return found
