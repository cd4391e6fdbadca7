"""Whether an option means yes, no, or something that cannot be known.

The deployed server accepts a step only with ``confirm: true`` (PROTOCOL section 3), so the client
has to know which option of a question goes on. Nobody can list all words for yes and no. This
module knows the plain ones: ``cldr.py`` has those of about 200 languages, from Unicode CLDR,
and the lists below have the verbs that buttons use. Everything else is ``None``: uncertain, and for
the manager to declare.

A wrong *yes* runs a step that the manager refused, so in doubt an option is uncertain.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from . import cldr

if TYPE_CHECKING:
    from collections.abc import Sequence

YES = frozenset(
    {
        *cldr.YES,
        *("yes", "y", "yep", "yeah", "ok", "okay", "sure", "true", "confirm", "confirmed"),
        *("accept", "accepted", "approve", "approved", "agree", "agreed", "continue", "proceed"),
        *("go on", "go ahead", "carry on", "yes please"),
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
NO = frozenset(
    {
        *cldr.NO,
        *("no", "n", "nope", "false", "reject", "rejected", "refuse", "decline", "deny", "cancel"),
        *("skip", "stop", "abort", "quit", "halt", "disagree", "disapprove", "never", "end here"),
        *("no thanks", "no thank you", "not now", "stop here", "go back"),
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
        "everything",
    }
)
"""Words that change nothing in ``Accept all`` and ``Cancel this step``."""

_DENYING = frozenset(
    {*("not", "don't", "no", "never", "without", "nicht", "kein", "ohne", "pas"), "nada"}
)
_CLAUSE = re.compile(r"\s*[,;:.!?/()…、。，；：！？]+\s*|\s+[-–—]+\s+")
_LONGEST = 200
"""Letters of an option that is looked at; none that is a plain yes or no is longer."""


def plain(words: str) -> str:
    """The words as they are compared: one case, no symbols, no marks around them."""
    text = (
        unicodedata.normalize("NFKC", words)
        .casefold()
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    )
    kept = "".join(c for c in text if unicodedata.category(c) not in _UNHEARD)
    return " ".join(kept.split()).strip(' .,;:!?"“”«»()[]*_-–—。！？、，')


_UNHEARD = frozenset({"So", "Sk", "Cf", "Cc", "Co", "Cs"})
"""Unicode categories of what is not read aloud: emoji, controls, marks of direction."""


@lru_cache(maxsize=1000)
def meaning(option: str) -> bool | None:
    """Whether an option means yes (``True``) or no (``False``); ``None`` if that is uncertain."""
    if len(option) > _LONGEST:
        return None
    whole = plain(option)
    known = _of_phrase(whole)
    if known is not None:
        return known
    clauses = [phrase for part in _CLAUSE.split(option) if (phrase := plain(part))]
    if len(clauses) < 2:
        return None
    first, rest = _of_phrase(clauses[0]), clauses[1:]
    if first is None or any(_speaks_against(first, phrase) for phrase in rest):
        return None
    return first


def plain_meaning(words: str) -> bool | None:
    """The meaning of typed words that say yes or no and nothing else."""
    return _of_phrase(plain(words)) if len(words) <= _LONGEST else None


def meanings(options: Sequence[str]) -> tuple[bool | None, ...]:
    """The meaning of each option; one that plainly negates another that means yes, means no."""
    known = [meaning(option) for option in options]
    agreed = {plain(o) for o, means in zip(options, known, strict=True) if means is True}
    return tuple(
        False if means is None and _negated(plain(option)) & agreed else means
        for option, means in zip(options, known, strict=True)
    )


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


def _negated(phrase: str) -> set[str]:
    """What a phrase negates: ``proceed`` for ``do not proceed``."""
    before = {phrase.removeprefix(word).strip() for word in _NOT if phrase.startswith(word)}
    return before | {phrase.removesuffix(word) for word in _NOT_AFTER if phrase.endswith(word)}


def _speaks_against(first: bool, phrase: str) -> bool:  # noqa: FBT001 - a meaning
    """Whether a later clause takes back what the first one says: ``Yes, but stop here``."""
    words = set(phrase.split())
    against = NO | _DENYING if first else YES
    return _of_phrase(phrase) is (not first) or bool(words & against)
