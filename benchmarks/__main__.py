"""`make bench`: every measurement, one after the other."""

from __future__ import annotations

import runpy
import sys

PARTS = ("web", "themes", "opinions", "counting", "spam", "queue")

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        print(f"\n=== {part} ===", flush=True)
        runpy.run_module(f"benchmarks.{part}", run_name="__main__")
