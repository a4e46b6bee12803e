"""What an auditor reads over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from services.web import audit_history, audit_time

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
router.include_router(audit_history.router)
router.include_router(audit_time.router)
