"""Whether an option means yes, no, or neither: what is known, and what nobody may guess."""

from __future__ import annotations

import itertools
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buttermilk_widget.conversation import cldr
from buttermilk_widget.conversation.meanings import NO, YES, meaning, meanings, plain, plain_meaning

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}\N{SOFT HYPHEN}\N{ZERO WIDTH NO-BREAK SPACE}"

KNOWN_YES = [
    *(
        "Yes",
        "YES!",
        "yes.",
        " y ",
        "OK",
        "Okay",
        "Sure",
        "Confirm",
        "Proceed",
        "Continue",
        "Go on",
    ),
    *(
        "Accept all",
        "Approve this step",
        "Continue now",
        "Go ahead",
        "Yes, please",
        "Yes (default)",
    ),
    *("OK - continue", "Yes / Oui", "✅ Yes", "✔️ Proceed", "👍 OK", "Yes 🚀", "[ ] Yes", "“Yes”"),
    *("Ｙｅｓ", "Y\u200bes", "Go\nahead", "Go\tahead", "\u2067Yes\u2069"),
    *("Ja", "Oui", "d'accord", "D’accord", "Sí", "SÌ", "¡Sí!", "Sim", "Weiter", "Fortfahren"),
    *("да", "Да!", "так", "ναι", "はい", "是", "是的", "好的", "继续", "확인", "네", "نعم", "כן"),
    *("हाँ", "ใช่", "evet", "tak", "igen", "kyllä", "có", "ndiyo", "այո", "კი", "አዎን"),
]
KNOWN_NO = [
    *("No", "NO.", "n", "Nope", "Reject", "Reject all", "Abort", "Cancel", "Skip this step"),
    *("Stop", "Stop here", "No, stop here", "No, thank you", "No - never", "Never", "Go back"),
    *("Do not proceed", "DO NOT PROCEED!", "do  not  proceed", "Don't go on", "Don’t go on"),
    *("Not ok", "Cannot confirm", "Never accept", "No, don't", "No, do not continue"),
    *("❌ No", "🚫 Abort", "👍 No", "Ｎｏ", "N\u200bo", "Do\nnot\nproceed", "ⓃⓄ"),
    *("Nein", "Nicht fortfahren", "Non", "Ablehnen", "Não", "нет", "не да", "όχι", "いいえ", "否"),
    *("不", "不要继续", "不同意", "不是", "别继续", "続行しない", "キャンセル", "아니요"),
    *("취소", "لا", "לא", "नहीं", "ไม่ใช่", "hayir", "nie", "nem"),
    *("akin’tuna", "ទេ", "不继续"),
]
UNCERTAIN = [
    # a yes that something may take back
    *("Yes, but stop", "Yes, then go back", "Yes, please end here", "Yes, 不要", "OK, cancelled"),
    *("OK, forget it", "Sure, whatever", "Yes, but not now", "Ja, aber nicht jetzt", "Oui, annuler"),
    *("Yes, run the analysis", "Proceed without review", "Continue later", "Accept none", "Yes and no"),
    *("Yes/No", "y/n", "Yes (no)", "Yes|No", "OK to stop", "Confirm cancellation", "Approve removal"),
    *("❌ Yes", "👎 OK", "🚫 Proceed", "⛔ Continue", "🙅‍♂️ Yes", "✗ Yes", "✘ Yes", "× Yes", "¬Yes"),
    *("!yes", "Y\u0336e\u0336s\u0336", "Yеs", "okn't", "Ⓨⓔⓢ"),
    # a no that something may take back
    *("No, go on", "No problem, continue", "No, I want to go ahead", "No, do not stop", "No? Yes!"),
    # neither
    *("Do not stop", "Do not cancel", "Don't abort", "Not no", "no no", "Agree to disagree", "No go"),
    *("Later", "allowed", "not allowed", "removed", "unsure", "A", "B", "1", "", " ", "👍", "✅", "…"),
    *("1. Yes", "Option A: yes", "No violation", "Not applicable", "Known", "Notify", "Yesterday"),
    *("I agree, stop", "y" * 201, "Yes " + "please " * 40, "yes, " * 50),
]  # fmt: skip


@pytest.mark.parametrize("option", KNOWN_YES)
def test_a_known_yes(option):
    assert meaning(option) is True


@pytest.mark.parametrize("option", KNOWN_NO)
def test_a_known_no(option):
    assert meaning(option) is False


@pytest.mark.parametrize("option", UNCERTAIN)
def test_what_is_uncertain(option):
    assert meaning(option) is None


@pytest.mark.parametrize("letter", sorted({*string.ascii_letters} - {*"yYnN"}))
def test_a_single_letter_means_nothing(letter):
    assert meaning(letter) is None


# --- the lists -----------------------------------------------------------------------------------


def test_the_lists_are_disjoint_and_stand_as_they_are_compared():
    assert not YES & NO
    assert {plain(word) for word in YES | NO} == YES | NO
    assert len(cldr.YES) > 150
    assert len(cldr.NO) > 150
    assert not cldr.YES & cldr.NO


def test_each_word_of_the_lists_means_what_its_list_says():
    for word, means in (*((w, True) for w in YES), *((w, False) for w in NO)):
        for written in (word, word.upper(), f" {word}. ", f"“{word}”"):
            if plain(written) == word:  # some letters have no upper case of their own
                assert meaning(written) is means, written


def test_no_yes_has_a_refusal_in_it():
    """Not even read from the other end, as a mark of direction may have it read."""
    for word in YES:
        assert not set(word.split()) & NO
        # "ie" is a Welsh yes, and "ei" a Finnish no: nobody writes either backwards.
        assert word == "ie" or word[::-1] not in NO


JOINED = ["{no} {yes}", "{yes} {no}", "{no}, {yes}", "{yes}, {no}", "{yes} ({no})", "{no}: {yes}"]


def test_nothing_that_has_a_refusal_in_it_is_a_yes():
    for no, yes in itertools.product(NO, ("yes", "ok", "continue", "go ahead", "oui", "是", "да")):
        for joined in JOINED:
            assert meaning(joined.format(no=no, yes=yes)) is not True, (no, yes)


AROUND = st.text(st.sampled_from(f" .,;:!?()-–—/…\n\t✅❌👎{ZERO_WIDTH}abyesno不"), max_size=6)


@settings(max_examples=3000, deadline=None)
@given(
    st.sampled_from(sorted(NO)),
    st.lists(st.sampled_from(sorted(YES)), max_size=2),
    st.integers(0, 2),
    st.lists(AROUND, min_size=4, max_size=4),
)
def test_whatever_stands_around_a_refusal_it_is_no_yes(no, yeses, place, around):
    words = [*yeses[:place], no, *yeses[place:]]
    option = " ".join(itertools.chain.from_iterable(zip(around, words, strict=False)))
    alone = set(plain(option).split())
    if set(no.split()) <= alone:  # else something grew together with it, and it is another word
        assert meaning(option) is not True
        assert plain_meaning(option) is not True
        assert True not in meanings((option, "something else"))


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_meaning_that_does_not_depend_on_its_dress(option):
    means = meaning(option)
    assert means in (True, False, None)
    assert plain(plain(option)) == plain(option)
    if means is not None and len(option) < 190:
        assert meaning(f" {ZERO_WIDTH}{option} ") is means


# --- typed words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "means"),
    [
        *(("yes", True), ("Yes!", True), ("ok", True), ("Go on.", True), ("weiter", True)),
        *(("no", False), ("nope", False), ("do not proceed", False), ("non", False)),
        *(("yes, but only half", None), ("no, because", None), ("maybe", None), ("👎 yes", None)),
        *(("", None), ("no " * 100, None)),
    ],
)
def test_typed_words_mean_yes_or_no_only_if_they_say_nothing_else(words, means):
    assert plain_meaning(words) is means


# --- an option among others ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "means"),
    [
        ((), ()),
        (("Proceed", "Do not proceed"), (True, False)),
        (("Do not proceed", "Proceed"), (False, True)),
        (("Go ahead", "Don’t go ahead", "later"), (True, False, None)),
        (("Accept all", "Not accept all"), (True, False)),
        (("Yes, continue", "Do not yes, continue"), (True, False)),  # a plain negation of the other
        (("Publish", "Do not publish"), (None, None)),
        (("Stop", "Do not stop"), (False, None)),
        (("allowed", "not allowed", "unsure"), (None, None, None)),
        (("confirm", "reject"), (True, False)),
        (("Oui", "Non", "Peut-être"), (True, False, None)),
        (("Red", "No"), (None, False)),
        (("yes", "Red"), (True, None)),
        # labels that are a yes or a no somewhere
        (("CA", "NY"), (None, None)),
        (("N", "E", "S", "W"), (None,) * 4),
        (("X", "Y"), (None, None)),
        (("Y", "N"), (True, False)),
        (("y", "n", "maybe"), (True, False, None)),
        (("Y",), (True,)),
        (("Ja", "vielleicht"), (None, None)),
        (("Yes, please", "vielleicht"), (True, None)),
    ],
)
def test_options_among_each_other(options, means):
    assert meanings(options) == means
