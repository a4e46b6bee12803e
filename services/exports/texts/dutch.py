"""The sentences, events and facts of the exports in Dutch."""

from __future__ import annotations

MESSAGES: dict[str, str] = {
    "Family {family}": "Gezin {family}",
    "Family plan {family}": "Gezinsplan {family}",
    "Around the family {family}": "Rond het gezin {family}",
    "Strength: {text}": "Kracht: {text}",
}
EVENTS: dict[str, str] = {}
FIELDS: dict[str, str] = {}
