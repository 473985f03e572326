"""Waits for what the API promises to happen soon."""

import time


def until(probe, seconds=30):
    """The first true value of `probe`; fails when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = probe()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"nothing came of it within {seconds} s")
