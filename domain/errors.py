"""What the domain says when it cannot take a command.

Every error names the field that is wrong and says what to do, in the words of the sender's
event (``data.goal_id``, ``time``), so that a receipt can pass it on unchanged.
"""

from __future__ import annotations


class DomainError(Exception):
    """A command that the domain does not take.

    Args:
        field: where it is wrong, as a path in the event (``data.lead.agency``).
        reason: what is wrong and what to do, one sentence, without personal data.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Refused(DomainError):
    """The command breaks a rule of the plan; sending it again changes nothing."""


class Waiting(DomainError):
    """The command refers to something that is not known yet, so it can wait for it.

    Args:
        waits_for: the key of the thing, as made by :mod:`domain.keys`. Once it is there the
            command can be given again.
    """

    def __init__(self, field: str, reason: str, *, waits_for: str) -> None:
        super().__init__(field, reason)
        self.waits_for = waits_for


class UnknownItem(Waiting):
    """The command names a member, goal, action or concern that the plan does not hold yet."""


class PlanIsClosed(Waiting):
    """The plan is closed: the work with the family has ended, so it takes nothing new.

    What began before the closing goes on: what follows a report and the feedback on it, terms
    and signals, what the family says looking back, its objections, and consents it withdraws.
    """
