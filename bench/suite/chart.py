"""Charts as SVG."""

import os

from .programs import ROOT
from .sampling import median

COLOURS = ["#0b6e4f", "#c84630", "#2b59c3", "#e8871e", "#7b4b94", "#5b5f62", "#b08ea2", "#3aa6b9", "#93a12e", "#8c5a2b"]
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 760, 400, 60, 40, 40, 190


class Drawing:
    def __init__(self, title, height=HEIGHT):
        self.height = height
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{title}</text>',
        ]

    def text(self, x, y, words, anchor="start", colour="#222"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>')

    def line(self, x1, y1, x2, y2, colour="#ccc", width=1):
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>')

    def add(self, part):
        self.parts.append(part)

    def save(self, name):
        with open(os.path.join(ROOT, "bench", name), "w") as file:
            file.write("\n".join(self.parts + ["</svg>"]) + "\n")


def drain(rows):
    """A line for each contender: tasks a second by the number of workers."""
    if not rows:
        return
    points = {}
    for row in rows:
        for name, values in row.samples.items():
            points.setdefault(name, []).append((int(row.key.split("-")[1]), median(values)))
    steps = [int(row.key.split("-")[1]) for row in rows]
    top = max(value for series in points.values() for _, value in series) * 1.05
    drawing = Drawing("Drain of tasks that start /bin/true: tasks a second by workers")

    def place(workers, value):
        x = LEFT + (WIDTH - LEFT - RIGHT) * (steps.index(workers) + 0.5) / len(steps)
        return x, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    unit = 500 if top > 1500 else 100
    for value in range(0, int(top) + 1, unit):
        y = place(steps[0], value)[1]
        drawing.line(LEFT, y, WIDTH - RIGHT, y)
        drawing.text(LEFT - 6, y + 4, f"{value:,}", "end")
    for workers in steps:
        drawing.text(place(workers, 0)[0], HEIGHT - BOTTOM + 18, str(workers), "middle")
    ordered = sorted(points.items(), key=lambda item: -item[1][-1][1])
    for index, (name, series) in enumerate(ordered):
        colour = COLOURS[0] if name == "koubou" else COLOURS[1 + index % (len(COLOURS) - 1)]
        places = [place(*point) for point in series]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawing.add(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{4 if name == "koubou" else 2}"/>')
        for x, y in places:
            drawing.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        y = TOP + 18 * index
        drawing.line(WIDTH - RIGHT + 12, y, WIDTH - RIGHT + 32, y, colour, 3)
        drawing.text(WIDTH - RIGHT + 38, y + 4, name)
    drawing.save("drain.svg")


def latency(rows):
    """A bar for each contender of each row."""
    bars = [(row.measure.replace("`", ""), sorted(row.samples.items(), key=lambda item: median(item[1]))) for row in rows]
    if not bars:
        return
    top = max(median(values) for _, samples in bars for _, values in samples)
    height = TOP + sum(34 + 22 * len(samples) for _, samples in bars)
    drawing = Drawing("Milliseconds, less is better", height)
    y = TOP
    for title, samples in bars:
        y += 16
        drawing.text(LEFT, y, title)
        y += 10
        for name, values in samples:
            value = median(values)
            width = (WIDTH - 260 - 60) * value / top
            colour = COLOURS[0] if name == "koubou" else "#9aa5b1"
            drawing.text(220, y + 13, name, "end")
            drawing.add(f'<rect x="230" y="{y}" width="{width:.1f}" height="17" fill="{colour}"/>')
            drawing.text(236 + width, y + 13, f"{value:.2f}")
            y += 22
        y += 8
    drawing.save("latency.svg")
