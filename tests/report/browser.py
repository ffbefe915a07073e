"""Finds the system's Chromium, and how to start it for a test."""

from shutil import which

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Without a sandbox, since tests may run as root; without Chromium's own requests.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
