"""Pictures in blocks: a `slack_file` must be an uploaded picture."""

from collections.abc import Iterator
from typing import Any

from bot.simulation.slack.blockkit import Problem
from bot.simulation.slack.files import Files

PICTURES = ("png", "jpg", "jpeg", "gif")


def problems_of_pictures(files: Files, value: Any, at: str) -> Iterator[Problem]:
    """Name every `slack_file` that is no completed picture; by URL they are not followed."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from problems_of_pictures(files, item, f"{at}/{index}")
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "slack_file" and isinstance(item, dict) and "id" in item:
                file = files.get(str(item["id"]))
                fits = file is not None and file.name.rpartition(".")[2].lower() in PICTURES
                if file is None or not file.completed or not fits:
                    yield Problem(
                        f"{at}/{name}", "invalid slack file"
                    )  # from practice, not from documentation
            else:
                yield from problems_of_pictures(files, item, f"{at}/{name}")
