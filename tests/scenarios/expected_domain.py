"""What the parts of each plan hold at the end, worked out by hand: one module a family.

Questions, measures and what they did, reports and their terms, the family's voice, agreements,
reviews and conferences.
"""

from __future__ import annotations

from tests.scenarios.domain_of_a import SPREADING_STALKING_DOMAIN
from tests.scenarios.domain_of_b import BROKEN_WINDOW_DOMAIN
from tests.scenarios.domain_of_c import CUSTODY_FIGHT_DOMAIN

DOMAINS = (SPREADING_STALKING_DOMAIN, BROKEN_WINDOW_DOMAIN, CUSTODY_FIGHT_DOMAIN)
