"""Write the golden files of event versions that have none yet. What exists is left alone."""

from __future__ import annotations

import json

from tests.golden.samples import sample_events
from tests.golden.test_golden import FOLDER, MAPPER, schema_of


def main() -> None:
    for event in sample_events():
        folder = FOLDER / type(event).TOPIC
        folder.mkdir(exist_ok=True)
        version = type(event).class_version
        state = json.loads(MAPPER.to_stored_event(event).state)
        for name, content in (
            (f"v{version}.json", state),
            (f"v{version}.schema.json", schema_of(type(event))),
        ):
            if not (folder / name).exists():
                text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
                (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
