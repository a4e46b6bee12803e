"""Why somebody is not let in. No message repeats what a token or a person said."""

from __future__ import annotations


class IdentityError(Exception):
    """Somebody is not let in."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TokenRefused(IdentityError):
    """The token is not one that we take: 401."""


class ClaimsRefused(IdentityError):
    """The token is good, but whom it names may not come in: 403."""


class SignInRefused(IdentityError):
    """A sign-in that cannot be finished: 400."""


class IssuerUnavailable(IdentityError):
    """The identity provider does not answer as it should: 503."""

    def __init__(self, reason: str = "the identity provider does not answer now") -> None:
        super().__init__(f"{reason}; try again later")
