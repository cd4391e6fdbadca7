"""Where things lie."""

from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PACKAGE = ROOT / "buttermilk_widget"
DATA = TESTS / "data"
WIRE = DATA / "wire"
RUNS = ROOT / "notebooks" / "runs"
