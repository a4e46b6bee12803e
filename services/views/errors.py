"""Why a question gets no view. Each error names the field, and says what to do."""

from __future__ import annotations


class ViewError(Exception):
    """A question that cannot be answered.

    Args:
        field: where it is wrong, as the asker names it (``family_id``, ``after``).
        reason: what is wrong and what to do, without personal data.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotAParty(ViewError):
    """The asking agency takes no part now.

    The same for a family that does not exist: who takes no part cannot find out which families
    there are.
    """

    def __init__(self) -> None:
        super().__init__(
            "family_id",
            "your agency takes no part in the plan of such a family; "
            "the lead of a plan can let an agency join",
        )


class NotForYou(ViewError):
    """Whoever asks has a role in which they do not get this."""

    def __init__(self) -> None:
        super().__init__(
            "viewer", "this is not shown in your role; ask the lead or your own agency"
        )


class MergedFamily(ViewError):
    """The family is part of another one now, in whose plan the asking agency takes part."""

    def __init__(self, family_id: str, into: str) -> None:
        super().__init__("family_id", f"family {family_id} was merged into {into}; ask for {into}")


class NothingKnownYet(ViewError):
    """Nothing of the plan had been recorded at the moment that was asked for."""

    def __init__(self) -> None:
        super().__init__(
            "known_at", "nothing of this plan had been recorded by then; ask for a later moment"
        )


class NothingHappenedYet(ViewError):
    """The plan had not been opened at the moment that was asked for, as far as is known."""

    def __init__(self) -> None:
        super().__init__(
            "happened_until", "this plan had not been opened by then; ask for a later moment"
        )


class BadQuestion(ViewError):
    """A part of the question has a form that cannot be answered."""
