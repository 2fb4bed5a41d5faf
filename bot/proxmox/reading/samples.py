"""Answers of `rrddata` → samples. Pure."""

from typing import Any

from bot.model.samples import Sample
from bot.proxmox.reading.values import number, rows, whole


def samples(answer: Any) -> tuple[Sample, ...]:
    """Return the samples of an answer, as they come; a row without its time is none.

    A missing figure has no key, or null; the newest row may hold nothing but its time (FACTS §10).
    """
    found = ((whole(row.get("time")), row) for row in rows(answer))
    return tuple(
        Sample(
            at=at,
            values={
                key: figure
                for key, value in row.items()
                if key != "time" and (figure := number(value)) is not None
            },
        )
        for at, row in found
        if at is not None
    )
