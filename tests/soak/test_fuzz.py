"""The coverage-guided fuzzer of whole runs, for ten minutes: a server that lies."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from fuzz import seeds
from fuzz.keep import CORPUS
from support.paths import TESTS

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))


def test_no_run_breaks_what_must_hold(tmp_path, record_property):
    found, recordings = tmp_path / "found", tmp_path / "recordings"
    found.mkdir()
    seeds.main(recordings)
    paths = [str(TESTS.parent), str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [
        *(sys.executable, "-m", "fuzz.fuzz", f"-max_total_time={SECONDS}", "-timeout=60"),
        *("-rss_limit_mb=2048", "-max_len=5000", "-len_control=0", "-print_final_stats=1"),
        *(f"-artifact_prefix={tmp_path}/broken-", str(found), str(CORPUS), str(recordings)),
    ]
    ended = subprocess.run(
        command,
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS + 300,
        check=False,
    )
    said = ended.stdout + ended.stderr
    broken = {path.name: path.read_bytes() for path in tmp_path.glob("broken-*")}
    assert ended.returncode == 0, f"{broken}\n{said[-6000:]}"
    assert not broken
    runs = int(re.search(r"number_of_executed_units: (\d+)", said)[1])
    last = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)/(\w+)", said)[-1]
    assert runs > SECONDS
    record_property("runs played by the fuzzer", f"{runs:,} in {SECONDS} s")
    record_property("branches of the code that they reached", f"{int(last[0]):,}")
    record_property("scripts that reach something of their own", f"{int(last[2]):,} ({last[3]})")
    peak = re.search(r"peak_rss_mb: +(\d+)", said)[1]
    record_property("most memory it took", f"{peak} MB")
