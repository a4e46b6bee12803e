"""A record in the words of the Logboek Dataverwerkingen, with the fields that the standard asks."""

from __future__ import annotations

import json
import re

import pytest

from domain.need_to_know.viewer import Viewer, ViewerRole
from services.access import AccessPath, Outcome, Purpose
from services.access.logboek import as_log_record
from tests.access.support import record

REQUIRED = {"trace_id", "span_id", "status_code", "name", "start_time", "end_time", "attributes"}
"""The fields that the standard's interface calls mandatory."""


def test_all_fields_of_one_record() -> None:
    looked = record(
        viewer=Viewer(role=ViewerRole.PROFESSIONAL, agency="halt", person_id="jvisser"),
        purpose=Purpose.EMERGENCY,
        path=AccessPath.HTTP,
        emergency=True,
        correlation_id="4bf92f3577b34da6a3ce929d0e0e4736",
        system="web",
    )
    line = as_log_record(26, looked)
    assert json.loads(json.dumps(line)) == line
    assert line.keys() >= REQUIRED
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert line["span_id"] == "000000000000001a"
    assert (line["name"], line["status_code"]) == ("R", 0)
    assert line["start_time"] == "2026-03-02T12:00:00.250+00:00"
    assert line["resource"]["attributes"] == {
        "nen7513.AuditEnterpriseSiteID": "halt",
        "nen7513.AuditSourceId": "oneplan-web",
        "nen7513.AuditSourceTypeCode": "http",
    }
    attributes = line["attributes"]
    assert attributes["dpl.core.processing_activity_id"] == "urn:oneplan:processing:emergency"
    assert attributes["dpl.core.data_subject_id"] == "F1"
    assert attributes["dpl.nen7513.users"] == [
        {
            "userID": "jvisser",
            "userIsRequestor": True,
            "roleIDCode": "professional",
            "purposeOfUse": "emergency",
        }
    ]
    assert attributes["dpl.nen7513.controles"] == {"autorisatie": True, "noodknopgebruik": True}


def test_what_was_refused_had_no_right() -> None:
    refused = as_log_record(1, record(outcome=Outcome.REFUSED, categories=()))
    assert refused["attributes"]["dpl.nen7513.controles"]["autorisatie"] is False


@pytest.mark.parametrize("given", ["zaak-7", "0" * 32, "4bf92f3577b34da6a3ce929d0e0e4736"])
def test_a_trace_id_is_one_of_w3c_and_the_same_for_the_same_request(given: str) -> None:
    first, second = (as_log_record(n, record(correlation_id=given))["trace_id"] for n in (1, 2))
    assert first == second
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != "0" * 32
