"""Professionals and families see their own part of a plan on the pages, and write what they may."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from domain.family_plan.conversations import ConversationHeld
from domain.family_plan.emergency import EmergencyAccessTaken
from domain.family_plan.questions import QuestionAnswered
from domain.family_plan.voice import ConsentGiven, ConsentWithdrawn, ObjectionMade, OwnWordsRecorded
from domain.values import Role
from services.audit.verify import verify
from services.bus.credentials import ensure_credentials
from services.clock import utc_now
from services.store.application import open_application
from services.store.plans import change_two_plans
from services.web.app import create_app
from services.web.visits import ONE_VISIT, Visits
from tests.identity.support import Clock, Provider, running_provider
from tests.pages.desk import given_as
from tests.pages.test_reading import JARGON
from tests.support.events import plan_opened
from tests.support.world import World, new_world
from tests.views.story import FAMILY, hiding, said, story
from tests.views.test_need_to_know import SEES, names_in

HTML = {"Accept": "text/html"}
HOME = f"/my/families/{FAMILY}"
ROOMS = ("", "/agreements", "/safety", "/people", "/questions", "/voice", "/looks")
MEMBERS = ("anna", "bram", "carl")
OTHER = "F9"
"""A family that turns out to be a part of the story's."""
SEEN = {
    "anna": {"own words of anna", "agreement with anna"},
    "bram": {"words of bram"},
    "carl": {"objection of carl"},
    "police": {"incident"},
    "school": {"own words of anna", "agreement with anna"},
    "prosecution": {"agreement with anna"},
}
"""What must stand there at least: a page that shows nothing would hide everything, too."""


@dataclass
class Pages:
    """The pages, for people with an access token of their own."""

    client: TestClient
    provider: Provider
    world: World

    def headers(self, who: str) -> dict[str, str]:
        family, _, member = who.rpartition("/")
        claims: dict[str, Any] = (
            {
                "oneplan_role": "family-member",
                "oneplan_family": family or FAMILY,
                "oneplan_member": member,
            }
            if family or who in MEMBERS
            else {"oneplan_role": "professional", "oneplan_agency": who}
        )
        token = self.provider.token(**{"oneplan_agency": None, **claims, "sub": f"person-{member}"})
        return {**HTML, "Authorization": f"Bearer {token}"}

    def get(self, who: str, path: str) -> Response:
        found: Response = self.client.get(path, headers=self.headers(who), follow_redirects=False)
        return found

    def send(self, who: str, path: str, **fields: Any) -> Response:
        """Open a form, fill it in and send it."""
        opened = self.get(who, path)
        assert opened.status_code == 200, opened.text
        main = opened.text.partition("<main")[2]
        token = re.search(r'name="form" value="([^"]+)"', main)
        assert token is not None
        sent: Response = self.client.post(
            path,
            headers=self.headers(who),
            data={"form": html.unescape(token[1]), **fields},
            follow_redirects=False,
        )
        return sent

    def last(self) -> Any:
        """What was recorded last."""
        return self.world.application.events_of(FAMILY)[-1]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running_provider(tmp_path_factory.mktemp("people"), Clock()) as provider:
        ensure_credentials(provider.settings)
        with (
            open_application(provider.settings) as store,
            new_world(provider.settings, store) as world,
        ):
            world.take(*story(), hiding())
            with TestClient(create_app(provider.settings)) as client:
                yield Pages(client, provider, world)


def text_of(page: Response) -> str:
    """What is read on a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.parametrize("who", SEEN)
def test_the_pages_hold_what_their_reader_may_see_and_nothing_else(pages: Pages, who: str) -> None:
    paths = [f"/our-plan{room}" for room in ROOMS] if who in MEMBERS else ["/my/families", HOME]
    if who not in MEMBERS:
        paths += [f"{HOME}/{one}/new" for one in ("questions", "notes", "conversations", "reports")]
    found: set[str] = set()
    for path in paths:
        page = pages.get(who, path)
        assert page.status_code == 200, path
        found |= names_in(page.text)
    assert SEEN[who] <= found <= SEES[who]
    # Nobody's address, hidden or not, and not why it was hidden.
    assert not found & {"street", "hiding"}


def test_a_family_reads_no_jargon_and_no_shelters_name(pages: Pages) -> None:
    pages.world.take(said("agency.joined", {"agency": "shelter", "task": "Opvang in Zeist"}))
    for room in ROOMS:
        shown = text_of(pages.get("anna", f"/our-plan{room}"))
        assert JARGON.search(shown) is None, room
        assert "Zeist" not in shown
        assert "Opvang" not in shown
    assert "Een veilige plek om te wonen" in text_of(pages.get("anna", "/our-plan/people"))


def test_who_looked_is_told_in_plain_words_without_ones_own_looks(pages: Pages) -> None:
    pages.get("police", HOME)
    shown = text_of(pages.get("bram", "/our-plan/looks"))
    assert re.search(r"Politie\s+keek", shown)
    assert "person-" not in shown
    assert "Iemand uit uw gezin" in shown


def test_a_member_speaks_in_their_own_name_and_of_what_they_see(pages: Pages) -> None:
    sent = pages.send("anna", "/our-plan/voice/words/g0", words="Rust aan tafel.")
    assert (sent.status_code, sent.headers["location"]) == (303, "/our-plan/voice")
    event = pages.last()
    assert isinstance(event, OwnWordsRecorded)
    assert (event.own_words.member_id, event.own_words.words) == ("anna", "Rust aan tafel.")
    who = event.provenance
    assert (who.actor, who.role, who.agency) == ("anna", Role.SYSTEM, None)
    assert pages.get("carl", "/our-plan/voice/words/g0").status_code == 404
    assert pages.get("anna", "/our-plan/voice/words/g1").status_code == 404
    assert pages.get("police", "/our-plan").status_code == 403

    pages.send("carl", "/our-plan/voice/objection", against="Dit klopt niet.", member_id="anna")
    event = pages.last()
    assert isinstance(event, ObjectionMade)
    assert event.objection.member_id == "carl"


def test_a_consent_is_given_and_taken_back_by_whose_it_is(pages: Pages) -> None:
    path = "/our-plan/voice/consent"
    for agencies in ([], ["halt"]):
        refused = pages.send("anna", path, to="Praten met school.", agencies=agencies)
        assert refused.status_code == 422
    assert not isinstance(pages.last(), ConsentGiven)
    pages.send("anna", path, to="Praten met school.", agencies=["school"])
    given = pages.last()
    assert isinstance(given, ConsentGiven)
    withdraw = f"{path}/{given.consent.consent_id}/withdraw"
    assert pages.get("bram", withdraw).status_code == 404
    assert pages.send("anna", withdraw).status_code == 303
    taken = pages.last()
    assert isinstance(taken, ConsentWithdrawn)
    assert (taken.consent_id, taken.reason) == (given.consent.consent_id, None)


def test_a_bsn_is_not_taken_in_a_text(pages: Pages) -> None:
    sent = pages.send("anna", "/our-plan/voice/look-back", words="Mijn BSN is 111222333.")
    assert sent.status_code == 422
    assert "Laat het BSN weg." in sent.text


def test_a_professional_writes_as_their_agency_and_the_history_stays_sound(pages: Pages) -> None:
    fields = {"text": "Wie haalt Bram op?", "owner.name": "Els", "owner.agency": "veilig-thuis"}
    assert pages.send("police", f"{HOME}/questions/new", **fields).status_code == 303
    asked = pages.last()
    who = asked.provenance
    assert (who.actor, who.role, who.agency) == ("person-police", Role.AGENCY, "police")
    answer = f"{HOME}/questions/{asked.question.question_id}/answer"
    # It is the police's and Veilig Thuis's: the school sees its own questions only.
    assert pages.get("school", answer).status_code == 404
    assert pages.send("police", answer, answer="Zijn oma.").status_code == 303
    assert isinstance(pages.last(), QuestionAnswered)

    talk = {"professional": "Ad", "manner": "phone", "about": "Hoe het gaat."}
    path = f"{HOME}/conversations/new"
    sent = pages.send("school", path, **talk, held_at="gisteren", present=["bram"])
    assert sent.status_code == 422
    heard = {"heard": ["bram"], "words-bram": "Ik mis papa."}
    sent = pages.send("school", path, **talk, **heard, held_at="2026-02-27T10:30")
    assert sent.status_code == 303
    event = pages.last()
    assert isinstance(event, ConversationHeld)
    held = event.conversation
    assert (held.agency, held.held_at.isoformat()) == ("school", "2026-02-27T09:30:00+00:00")
    assert (held.members[0].heard, held.members[0].words) == (True, "Ik mis papa.")

    assert pages.send("school", f"{HOME}/notes/new", text="Hij is stil.").status_code == 303
    report = {"text": "Ruzie.", "reporter": "buurvrouw", "reporter_kind": "neighbour"}
    assert pages.send("police", f"{HOME}/reports/new", **report).status_code == 303
    pages.world.catch_up()
    assert verify(pages.world.application, pages.world.engine).findings == []


def test_what_a_member_said_is_news_under_their_own_name(pages: Pages) -> None:
    visits = Visits(pages.world.engine)
    visits.note("person-school", FAMILY, 3, utc_now() - 2 * ONE_VISIT)
    pages.send("anna", "/our-plan/voice/words/g0", words="Weer zingen.")
    shown = text_of(pages.get("school", HOME))
    assert re.search(r"· Anna\s+Eigen woorden\s*: Weer zingen\.", shown)


def test_what_changed_since_the_last_visit_is_kept_and_ones_own_is_no_news(pages: Pages) -> None:
    visits = Visits(pages.world.engine)
    visits.note("person-prosecution", FAMILY, 3, utc_now() - 2 * ONE_VISIT)
    change = said("agency.joined", {"agency": "halt", "task": "Gesprek over schade"})
    pages.world.take(change)
    shown = text_of(pages.get("prosecution", "/my/families"))
    assert re.search(r"\d+ wijzigingen", shown)
    page = text_of(pages.get("prosecution", HOME))
    assert "Gesprek over schade" in page
    # Another look within the same visit shows the same; a later one does not.
    assert "Gesprek over schade" in text_of(pages.get("prosecution", HOME))
    later = utc_now() + 2 * ONE_VISIT
    place = visits.places("person-prosecution", [FAMILY], later)[FAMILY]
    events = pages.world.application.events_of(FAMILY)
    assert place.version == events[-1].originator_version
    visits.note("person-prosecution", FAMILY, place.version, utc_now() - 2 * ONE_VISIT)


def test_duties_come_late_first(pages: Pages) -> None:
    owner = {"name": "Ad", "kind": "professional", "agency": "school"}
    for number, due in ((1, "2099-01-01"), (2, "2026-01-01")):
        question = {"question_id": f"due-{number}", "text": f"Vraag {number}", "owner": owner}
        pages.world.take(said("question.asked", {**question, "due": due}))
    shown = text_of(pages.get("school", "/my/families"))
    assert shown.index("Vraag 2") < shown.index("Vraag 1")
    assert "te laat" in shown


def test_in_an_emergency_somebody_looks_with_a_reason_and_once(pages: Pages) -> None:
    refused = pages.get("probation", HOME)
    assert refused.status_code == 404
    assert f"/my/emergency?family={FAMILY}" in refused.text
    path = f"/my/emergency?family={FAMILY}"
    assert pages.send("probation", path, family_id=FAMILY, reason="spoed").status_code == 422
    unknown = pages.send("probation", path, family_id="F0", reason="Vader staat met een mes voor.")
    assert "Wij kennen geen plan van zo’n gezin." in unknown.text
    sent = pages.send("probation", path, family_id=FAMILY, reason="Vader staat met een mes voor.")
    assert sent.status_code == 200
    assert f'href="{HOME}"' in sent.text
    event = pages.last()
    assert isinstance(event, EmergencyAccessTaken)
    assert (event.access.agency, event.access.person_id) == ("probation", "person-probation")
    pages.world.catch_up()
    assert "U kijkt met noodtoegang" in text_of(pages.get("probation", HOME))
    assert "keek omdat er gevaar was" in text_of(pages.get("anna", "/our-plan/looks"))
    assert verify(pages.world.application, pages.world.engine).findings == []


def test_a_member_of_a_family_that_was_merged_is_led_to_the_one_that_goes_on(pages: Pages) -> None:
    opened = plan_opened(OTHER)
    opened["data"]["members"] = [
        {"member_id": "mother", "name": "Anna", "role": "parent"},
        {"member_id": "carl", "name": "Karel", "role": "ex-partner"},
    ]
    pages.world.take(opened)
    before = pages.get(f"{OTHER}/mother", "/our-plan")
    assert before.status_code == 200
    assert not names_in(before.text)
    change_two_plans(
        pages.world.application,
        FAMILY,
        OTHER,
        lambda plan, other: plan.merge(
            other,
            "Eén gezin.",
            given_as(Role.ADMINISTRATOR),
            same_as={"mother": "anna"},
            renamed={"carl": "karel"},
        ),
    )
    pages.world.catch_up()
    for who, same in ((f"{OTHER}/mother", "anna"), (f"{OTHER}/carl", "karel")):
        found = set[str]()
        for room in ROOMS:
            page = pages.get(who, f"/our-plan{room}")
            assert page.status_code == 200, (who, room)
            found |= names_in(page.text)
        assert found <= SEES.get(same, set())
        assert (same == "anna") is (SEEN["anna"] <= found)
    # Who was never in that family is nobody in this one, whatever their sign-in calls them.
    assert pages.get(f"{OTHER}/bram", "/our-plan").status_code == 404
    old = pages.get(f"{OTHER}/mother", f"/api/v1/families/{OTHER}/plan")
    assert (old.status_code, old.json()["type"]) == (404, "urn:oneplan:problem:merged")
    now = pages.get(f"{OTHER}/mother", f"/api/v1/families/{FAMILY}/plan").json()
    assert now == pages.get("anna", f"/api/v1/families/{FAMILY}/plan").json()
