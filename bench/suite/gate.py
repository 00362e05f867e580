"""Compares fresh ratios with the committed ones."""

import json

from .report import FIGURES

#: So much worse is told.
TOLERANCE = 0.25


def worse(rows):
    """A line for each row that has got worse by more than the tolerance."""
    with open(FIGURES) as file:
        committed = {row["key"]: row for row in json.load(file)["rows"]}
    for row in rows:
        before = committed.get(row.key)
        # Times and rates without a reference are of one machine.
        if not before or row.against is None or before["against"] != row.against or not before["judged"]:
            continue
        change = row.judged / before["judged"]
        loss = 1 / change if row.more else change
        if loss > 1 + TOLERANCE:
            yield (
                f"{row.key}: {row.measure}: {row.judged:.2f} of {row.against}, {before['judged']:.2f} before:"
                f" {100 * (loss - 1):.0f} % worse")
