"""Dashboard, alerts and what Prometheus asks: they name what there is, and what to do then."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY

from services.monitor import metrics, process, store
from services.run import SERVICES

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
SUFFIXES = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_count", "_sum"),
    "gauge": ("",),
}
GIVEN_BY_PROMETHEUS = {"up": {"job", "instance", "service"}}
"""And the labels that its configuration adds to every metric."""
ADDED = {"job", "instance", "service", "le"}


def exported() -> dict[str, set[str]]:
    """All our metrics as Prometheus names them, each with its own labels."""
    assert metrics.FAILURES in REGISTRY._collector_to_names
    families: list[Any] = [*process._families().values(), *store._families().values()]
    named = {
        f"{family.name}{suffix}": set(family._labelnames)
        for family in families
        for suffix in SUFFIXES[family.type]
    }
    for counted in vars(metrics).values():
        if hasattr(counted, "_labelnames"):
            for suffix in SUFFIXES[counted._type]:
                named[f"{counted._name}{suffix}"] = set(counted._labelnames)
    named["process_resident_memory_bytes"] = set()
    return named | GIVEN_BY_PROMETHEUS


def used(expression: str) -> dict[str, set[str]]:
    """The metrics in an expression, and the labels it asks of each. Raises for no PromQL."""
    found: dict[str, set[str]] = {}
    grouped: set[str] = set()

    def look(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
            grouped.update(node.modifier.labels)
        if isinstance(node, promql_parser.VectorSelector):
            name = node.name or ""
            found.setdefault(name, set()).update(one.name for one in node.matchers.matchers)

    promql_parser.walk(promql_parser.parse(expression), look)
    return {name: labels | grouped for name, labels in found.items()}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "oneplan.json").read_text())
    return [one for one in dashboard["panels"] if one["type"] != "row"]


def expressions() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [one.replace("$__rate_interval", "5m") for one in shown] + [
        rule["expr"] for rule in alerts()
    ]


@pytest.mark.parametrize("expression", expressions())
def test_it_asks_for_metrics_and_labels_that_there_are(expression: str) -> None:
    known = exported()
    for name, labels in used(expression).items():
        assert name in known
        assert labels <= known[name] | ADDED


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    ours = {name for name in exported() if name.startswith("oneplan_")}
    assert len(ours) > 25
    missing = [
        name
        for name in ours
        if not name.endswith(("_sum", "_count")) and not re.search(rf"\b{name}\b", shown)
    ]
    assert missing == []


def test_panels_do_not_lie_on_each_other() -> None:
    places = [
        (x, y)
        for panel in panels()
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert all(x < 24 for x, _ in places)


def test_each_alert_has_its_section_in_the_runbook() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (.+)$", runbook, re.MULTILINE)
    names = [rule["alert"] for rule in alerts()]
    assert [one for one in sections if one in names] == names
    for rule in alerts():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}
    anchors = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in sections}
    assert set(re.findall(r"\(#([a-z-]+)\)", runbook)) <= anchors


def test_prometheus_asks_every_service_at_the_port_that_compose_gives_it() -> None:
    asked = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    assert all((PROMETHEUS / name).exists() for name in asked["rule_files"])
    (places,) = asked["scrape_configs"][0]["dns_sd_configs"]
    assert set(places["names"]) == set(SERVICES)
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in SERVICES:
        assert services[name]["environment"]["ONEPLAN_MONITOR_PORT"] == str(places["port"])
        assert "monitoring" in services[name]["networks"]
        assert services[name]["healthcheck"]["test"] == ["CMD", "oneplan", "health", name]
