"""Erasure of personal data: who asks, who approves, what stands against it, what was done."""

from domain.erasure.erasure import (
    Erasure,
    ErasureApproved,
    ErasureCarriedOut,
    ErasureEvent,
    ErasureRefused,
    ErasureRequested,
)
from domain.erasure.legal_hold import (
    LegalHold,
    LegalHoldPlaced,
    LegalHoldReleased,
    LegalHoldRenewed,
)
from domain.erasure.values import (
    Destroyed,
    ErasureGround,
    ErasureScope,
    ErasureStatus,
    ErasureTarget,
    Obstacle,
    standing_against,
)

__all__ = [
    "Destroyed",
    "Erasure",
    "ErasureApproved",
    "ErasureCarriedOut",
    "ErasureEvent",
    "ErasureGround",
    "ErasureRefused",
    "ErasureRequested",
    "ErasureScope",
    "ErasureStatus",
    "ErasureTarget",
    "LegalHold",
    "LegalHoldPlaced",
    "LegalHoldReleased",
    "LegalHoldRenewed",
    "Obstacle",
    "standing_against",
]
