"""The fuzzer's corpus, and scripts that are nearly those: the quick half of tests/soak/test_fuzz.py."""

from __future__ import annotations

import random

import pytest
from fuzz.keep import CORPUS
from fuzz.mutate import mutated
from fuzz.play import Run, play
from fuzz.seeds import seeds

from buttermilk_widget.conversation.conversation import Conversation

SCRIPTS = {path.name: path.read_bytes() for path in sorted(CORPUS.iterdir())}
SEED = 20261124
TRIES = 400


def played(script, what):
    try:
        return play(script)
    except Exception as error:
        raise AssertionError(f"{what} does not hold: {script!r}") from error


def test_every_recording_holds():
    for name, script in seeds():
        run = played(script, name)
        assert run.conversation.count


def test_the_whole_corpus_holds(record_property):
    frames = sum(len(played(script, name).conversation.frames) for name, script in SCRIPTS.items())
    assert frames > len(SCRIPTS) > 100
    size = sum(map(len, SCRIPTS.values()))
    assert size < 10**6
    record_property("scripts in the corpus", f"{len(SCRIPTS):,} of {size:,} bytes")
    record_property("frames in them", f"{frames:,}")


def test_what_is_nearly_in_the_corpus_holds(record_property):
    dice = random.Random(SEED)  # noqa: S311 - no secret
    scripts = list(SCRIPTS.values())
    for number in range(TRIES):
        played(mutated(dice.choice(scripts), dice), f"try {number} of the seed {SEED}")
    record_property("mutated scripts tried", f"{TRIES:,}")


# --- that it would be seen -----------------------------------------------------------------------


def test_a_frame_that_is_swallowed_is_seen(monkeypatch):
    monkeypatch.setattr(Conversation, "_result", lambda *_: None)
    with pytest.raises(AssertionError, match="swallowed"):
        play(b'i{"type": "chat_message", "outputs": "words"}')


def test_an_answer_that_is_doubled_is_seen(monkeypatch):
    hold = Conversation._hold

    def twice(self, *args, **options):
        hold(self, *args, **options)
        hold(self, *args, **options)

    monkeypatch.setattr(Conversation, "_hold", twice)
    with pytest.raises(AssertionError, match="lost or doubled"):
        play(b"twords")


def test_a_question_left_open_is_seen(monkeypatch):
    monkeypatch.setattr(Conversation, "_close_question", lambda *_: None)
    with pytest.raises(AssertionError):
        play(b'i{"type": "ui_message", "outputs": {"content": "Go on?"}}\nSstop')


def test_a_patch_that_tells_too_little_is_seen(monkeypatch):
    since = Conversation.since

    def less(self, seq, at):
        patch = since(self, seq, at)
        return patch.model_copy(update={"entries": patch.entries[1:] if seq else patch.entries})

    monkeypatch.setattr(Conversation, "since", less)
    with pytest.raises(AssertionError):
        play(b'p\ni{"type": "chat_message", "outputs": "words"}\np')


def test_any_bytes_are_a_script():
    dice = random.Random(SEED)  # noqa: S311 - no secret
    for _ in range(100):
        assert isinstance(play(dice.randbytes(200)), Run)
