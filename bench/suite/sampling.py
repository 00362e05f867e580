"""Interleaved runs, and what is said of their results."""

import statistics


def interleave(contenders, rounds):
    """Runs all contenders once a round, in an order that turns round: what else the machine does hits all alike.

    contenders: name -> function without arguments that returns a number.
    """
    samples = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            samples[name].append(contenders[name]())
    return samples


def median(values):
    return statistics.median(values)


def spread(values):
    """Half of the values lie between these two."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(last * 0.25)], ordered[round(last * 0.75)]
