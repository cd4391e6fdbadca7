"""Whether an option means yes, no, or something that cannot be known.

The deployed server accepts a step only with ``confirm: true`` (PROTOCOL section 3), so the client
has to know which option of a question goes on. Nobody can list all words for yes and no. This
module knows the plain ones: ``cldr.py`` has those of about 200 languages, from Unicode CLDR,
and the lists below have the verbs that buttons use. Everything else is ``None``: uncertain, and for
the manager to declare.

A wrong *yes* runs a step that the manager refused, so in doubt an option is uncertain. It means yes
only if every word of it is known: nobody can list all ways to take a yes back.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from . import cldr

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_UNHEARD = frozenset({"So", "Sk", "Cf", "Cc", "Co", "Cs"})
"""Unicode categories of what is not read aloud: emoji, controls, marks of direction."""

_EMOJI_STYLE = re.compile("[\ufe00-\ufe0f]")
_BESIDE = " .,;:\"'“”«»()[]*_-–—。、，"


def plain(words: str) -> str:
    """The words as they are compared: one case, no symbols, no marks around them."""
    text = _EMOJI_STYLE.sub("", unicodedata.normalize("NFKC", words).casefold())
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    kept = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in _UNHEARD
    )
    # A mark before the words may negate them, as in !yes.
    return " ".join(kept.split()).rstrip(_BESIDE + "!?！？").lstrip(_BESIDE + "¡¿")


_YES = frozenset(
    {
        *("yes", "y", "yep", "yeah", "ok", "okay", "sure", "true", "confirm", "confirmed"),
        *("accept", "accepted", "approve", "approved", "agree", "agreed", "continue", "proceed"),
        *("go on", "go ahead", "carry on", "yes please", "是的", "好的"),
        *("bestätigen", "weiter", "fortfahren", "fortsetzen", "annehmen", "zustimmen"),
        *("confirmer", "continuer", "accepter", "approuver", "d'accord", "poursuivre"),
        *("confirmar", "continuar", "aceptar", "aprobar", "proceder", "de acuerdo"),
        *("aceitar", "aprovar", "prosseguir", "conferma", "continua", "accetta", "approva"),
        *("bevestigen", "doorgaan", "accepteren", "godkend", "godkänn", "fortsätt", "fortsett"),
        *("potwierdź", "kontynuuj", "akceptuj", "potvrdit", "pokračovat", "onayla", "devam"),
        *("подтвердить", "продолжить", "принять", "согласен", "підтвердити", "продовжити"),
        *("确认", "继续", "同意", "接受", "批准", "好", "確認", "繼續"),
        *("続行", "続ける", "承認", "承諾", "同意する", "확인", "계속", "승인", "동의", "네"),
        *(
            "تأكيد",
            "متابعة",
            "موافق",
            "موافقة",
            "אישור",
            "המשך",
            "पुष्टि करें",
            "जारी रखें",
            "ตกลง",
            "xác nhận",
            "tiếp tục",
        ),
    }
)
_NO = frozenset(
    {
        *("no", "n", "nope", "false", "reject", "rejected", "refuse", "decline", "deny", "cancel"),
        *("skip", "stop", "abort", "quit", "halt", "disagree", "disapprove", "never", "end here"),
        *("no thanks", "no thank you", "not now", "not yet", "never mind", "stop here", "go back"),
        *("nah", "nay", "don't", "do not", "terminate", "不", "不行"),
        *("ablehnen", "abbrechen", "verwerfen", "verweigern", "überspringen", "anhalten"),
        *("refuser", "annuler", "rejeter", "arrêter", "ignorer", "abandonner"),
        *("rechazar", "cancelar", "detener", "denegar", "omitir", "rejeitar", "recusar"),
        *("rifiuta", "annulla", "ferma", "weigeren", "annuleren", "afwijzen", "stoppen", "avvis"),
        *("odrzuć", "anuluj", "odmítnout", "zrušit", "reddet", "iptal", "avbryt", "avvisa"),
        *("отклонить", "отмена", "отменить", "отказ", "відхилити", "скасувати"),
        *("拒绝", "取消", "停止", "不同意", "中止", "否决", "拒絕"),
        *("拒否", "キャンセル", "却下", "거부", "취소", "중지", "거절", "아니오"),
        *("رفض", "إلغاء", "ביטול", "סירוב", "रद्द करें", "ยกเลิก", "từ chối", "hủy"),
    }
)
YES = frozenset(map(plain, (*_YES, *cldr.YES)))
NO = frozenset(map(plain, (*_NO, *cldr.NO)))

_NOT = (
    *(
        "do not ",
        "don't ",
        "dont ",
        "not ",
        "no ",
        "never ",
        "cannot ",
        "nicht ",
        "kein ",
        "keine ",
    ),
    *("ne pas ", "no lo ", "non ", "não ", "niet ", "ikke ", "inte ", "nie ", "ne ", "не ", "لا "),
    *("不要", "不", "别", "別"),
)
"""What stands before a word to negate it."""

_NOT_AFTER = (" nicht", " niet", " ikke", " inte", "しない", "하지 않음")
"""What stands after it."""

_FILLERS = frozenset(
    {
        *("all", "it", "this", "that", "step", "the", "them", "these", "here", "now", "please"),
        *("everything", "recommended", "default"),
    }
)
"""Words that change nothing in ``Accept all`` and ``Cancel this step``."""

_DENYING = frozenset(
    {*("not", "don't", "no", "never", "without", "nicht", "kein", "ohne", "pas"), "nada"}
)
_APPROVING = frozenset("✅✔☑👍👌🙆🆗🟢💚▶⏩➡👉🚀🎉")
"""Symbols that may stand beside a yes; with any other one, such as 👎, it is uncertain."""

_CLAUSE = re.compile(r"\s*[,;:.!?/()…、。，；：！？]+\s*|\s+[-–—]+\s+")
_LONGEST = 200
"""Letters of an option that is looked at; none that is a plain yes or no is longer."""


@lru_cache(maxsize=1000)
def meaning(option: str) -> bool | None:
    """Whether an option means yes (``True``) or no (``False``); ``None`` if that is uncertain."""
    if len(option) > _LONGEST:
        return None
    means = _of_phrase(plain(option))
    if means is None:
        clauses = [phrase for part in _CLAUSE.split(option) if (phrase := plain(part))]
        means = _of_clauses(clauses)
    return None if means and _marked(option) else means


def plain_meaning(words: str) -> bool | None:
    """The meaning of typed words that say yes or no and nothing else."""
    if len(words) > _LONGEST:
        return None
    means = _of_phrase(plain(words))
    return None if means and _marked(words) else means


def meanings(options: Sequence[str]) -> tuple[bool | None, ...]:
    """The meaning of each option, among the others.

    One that plainly negates another that means yes, means no. A single letter, and a word that is
    yes or no in some language only, may also be a label: of ``CA`` and ``NY`` neither is a no. So
    they are taken for yes or no only where all options are known, or one says yes and one no.
    """
    known = [meaning(option) for option in options]
    if None in known and not {True, False} <= {*known}:
        known = [
            means if _unmistakable(option) else None
            for option, means in zip(options, known, strict=True)
        ]
    agreed = {plain(o) for o, means in zip(options, known, strict=True) if means is True}
    return tuple(
        False if means is None and _negated(plain(option)) & agreed else means
        for option, means in zip(options, known, strict=True)
    )


def _unmistakable(option: str) -> bool:
    words = plain(option)
    return len(words) > 1 and (words in _YES or words in _NO or words not in YES | NO)


def _of_phrase(phrase: str) -> bool | None:
    """The meaning of a phrase with no clauses in it."""
    if phrase in NO:
        return False
    if phrase in YES:
        return True
    if _negated(phrase) & YES:
        return False
    head, *others = phrase.split() or [""]
    if others and all(word in _FILLERS for word in others):
        return _of_phrase(head)
    return None


def _of_clauses(clauses: Sequence[str]) -> bool | None:
    """The meaning of several: the first says it, if no other may take it back."""
    if len(clauses) < 2:
        return None
    first, rest = _of_phrase(clauses[0]), clauses[1:]
    if first:
        agrees = all(_of_phrase(phrase) or _FILLERS.issuperset(phrase.split()) for phrase in rest)
        return True if agrees else None
    if first is False and any(_may_take_back(phrase) for phrase in rest):
        return None
    return first


def _may_take_back(phrase: str) -> bool:
    """Whether a clause may take back the no before it: ``No, go on``, ``No, do not stop``."""
    if _of_phrase(phrase) is False:
        return False
    return _has(phrase, YES) or _has(phrase, _DENYING)


def _has(phrase: str, known: Collection[str]) -> bool:
    """Whether any of these is in a phrase, word for word."""
    return any(f" {words} " in f" {phrase} " for words in known)


def _negated(phrase: str) -> set[str]:
    """What a phrase negates: ``proceed`` for ``do not proceed``."""
    before = {phrase.removeprefix(word).strip() for word in _NOT if phrase.startswith(word)}
    return before | {phrase.removesuffix(word) for word in _NOT_AFTER if phrase.endswith(word)}


def _marked(option: str) -> bool:
    """Whether a symbol stands in the option that may speak against it."""
    return any(unicodedata.category(c) == "So" and c not in _APPROVING for c in option)
