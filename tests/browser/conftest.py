"""The fixtures for every test in this folder; tests elsewhere import from ``support`` what they need."""

from support.jupyterlab import *  # noqa: F403 - fixtures are found by name
