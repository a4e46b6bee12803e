"""A preview of an erasure in words."""

from __future__ import annotations

from services.erasure.preview import Preview


def in_words(shown: Preview) -> str:
    """What would go, and what stands against it."""
    messages = (
        "not counted: NATS does not answer"
        if shown.messages is None
        else ", ".join(f"{stream} {count}" for stream, count in shown.messages.items())
    )
    lines = [
        f"Erasure of {shown.target.subject}",
        f"  keys      {shown.keys}",
        f"  events    {shown.events}, in {shown.fields} fields; they stay and read [erased]",
        f"  families  {', '.join(shown.families)}",
        f"  views     {len(shown.views)} are built anew",
        f"  messages  {messages}",
    ]
    if shown.terms:
        lines.append("Terms by law")
        lines += [
            f"  {one.code}: {one.years} years, {_over(one.over_on)}  ({one.source})"
            for one in shown.terms
        ]
        lines.append(f"  together: {_over(shown.due_on)}")
    against = ", ".join(shown.obstacles) or "nothing"
    lines.append(f"Against it stands: {against}")
    if shown.mentions:
        lines.append(
            "These events name the person in a text about the family, and stay readable: "
            + ", ".join(shown.mentions)
        )
    return "\n".join(lines)


def _over(day: object) -> str:
    return "not begun" if day is None else f"over on {day}"
