"""One measure: what was found, beside what it is compared with."""

from dataclasses import dataclass, field

from .sampling import median


@dataclass
class Row:
    key: str
    measure: str
    unit: str
    #: name -> values, one a round; ours is 'koubou'.
    samples: dict
    #: The one that the ratio is to; None: there is none, and `limit` counts.
    against: str | None = None
    #: What is asked of the ratio, or of our median where there is none: ('≤', 1.25).
    goal: tuple | None = None
    #: True where a larger value is better.
    more: bool = False
    notes: list = field(default_factory=list)

    @property
    def ours(self):
        return median(self.samples["koubou"])

    @property
    def ratio(self):
        if self.against is None or self.against not in self.samples:
            return None
        other = median(self.samples[self.against])
        return self.ours / other if other else None

    @property
    def judged(self):
        return self.ours if self.against is None else self.ratio

    @property
    def is_met(self):
        if self.goal is None or self.judged is None:
            return None
        sign, bound = self.goal
        return self.judged <= bound if sign == "≤" else self.judged >= bound

    def record(self):
        return {
            "key": self.key, "measure": self.measure, "unit": self.unit, "more": self.more, "against": self.against,
            "judged": self.judged, "goal": self.goal and list(self.goal),
            "samples": {name: [round(value, 5) for value in values] for name, values in self.samples.items()},
        }
