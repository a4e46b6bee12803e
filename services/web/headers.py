"""The security headers of every response, made by the library ``secure``."""

from __future__ import annotations

from collections.abc import Mapping

from secure import Secure
from secure.headers import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

STATIC = ("/static-offline-docs", "/static-asyncapi", "/static/")
DOCS = frozenset({"/docs", "/redoc", "/docs/oauth2-redirect"})
ASYNCAPI = "/asyncapi"
HSTS_SECONDS = 31_536_000
"""A year (RFC 6797); the least that browsers' preload lists take."""


class SecurityHeaders:
    """What to send with each path."""

    def __init__(self, *, https: bool, form_targets: tuple[str, ...] = ()) -> None:
        """The headers.

        Args:
            https: whether browsers reach us by https; only then may we ask for it for ever.
            form_targets: origins that a form may lead on to, such as the identity provider's.
        """
        pages = (
            ContentSecurityPolicy()
            .default_src("'none'")
            .style_src("'self'")
            .script_src("'self'")
            .connect_src("'self'")
            .img_src("'self'")
            .form_action("'self'", *form_targets)
            .frame_ancestors("'none'")
            .base_uri("'none'")
        )
        # Swagger UI and ReDoc come with a script in the page itself; they show no family's data.
        docs = (
            ContentSecurityPolicy()
            .default_src("'self'")
            .script_src("'self'", "'unsafe-inline'")
            .style_src("'self'", "'unsafe-inline'")
            .img_src("'self'", "data:")
            .custom_directive("worker-src", "blob:")
            .form_action("'none'")
            .frame_ancestors("'none'")
            .base_uri("'none'")
        )
        self._pages = _headers(pages, https=https, stored=False)
        self._docs = _headers(docs, https=https, stored=False)
        viewer = (
            ContentSecurityPolicy()
            .default_src("'none'")
            .script_src("'self'")
            .style_src("'self'")
            .connect_src("'self'")
            .img_src("'self'", "data:")
            .form_action("'none'")
            .frame_ancestors("'none'")
            .base_uri("'none'")
        )
        self._viewer = _headers(viewer, https=https, stored=False)
        self._static = _headers(pages, https=https, stored=True)

    def of(self, path: str) -> Mapping[str, str]:
        """The headers for a request to this path."""
        if path in DOCS:
            return self._docs
        if path == ASYNCAPI:
            return self._viewer
        return self._static if path.startswith(STATIC) else self._pages


def _headers(policy: ContentSecurityPolicy, *, https: bool, stored: bool) -> Mapping[str, str]:
    return Secure(
        csp=policy,
        hsts=StrictTransportSecurity().max_age(HSTS_SECONDS).include_subdomains()
        if https
        else None,
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        cache=None if stored else CacheControl().no_store(),
    ).headers
