"""The stage, for every test in this folder; tests elsewhere import from ``stage`` what they need."""

from stage import *  # noqa: F403 - fixtures are found by name
