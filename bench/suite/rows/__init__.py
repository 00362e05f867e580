"""Each module measures some rows of the table: `measure(scale)` returns them.

`scale` is 1 for a full run, and smaller for a quick one.
"""
