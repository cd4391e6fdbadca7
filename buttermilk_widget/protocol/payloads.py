"""Reading what a model made, which is often nearly right. Total: nothing is refused.

A list may come as one sentence, a yes as ``"Yes."``, a share as ``"85%"``, an object inside a list
or as the text of its JSON. One function for each type of field says what can be read as it, and all
models are read with the same ones. What cannot be read stays beside the rest as it came, in
``unread``: one bad field never discards a payload (PROTOCOL section 2).
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from .messages import (
    Assessment,
    Differences,
    Judgement,
    Made,
    Record,
    Reference,
    Research,
    Text,
    ToolOutput,
    as_text,
)
from .safe_json import DEEPEST, NotRead, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

M = TypeVar("M", bound=Made)

REDUNDANT = frozenset({"preview", "text_content"})
"""What the server adds to a payload and says in another field of it as well."""

PAYLOAD = "payload"
"""What a payload is called that no field can hold."""

_YES = frozenset({"true", "yes", "y", "t", "1"})
_NO = frozenset({"false", "no", "n", "f", "0"})
_LONGEST = 50
"""Letters above which a text is no number."""
_NUMBER = re.compile(r"([+-]?)(\d+(?:[.,]\d+)?|[.,]\d+)(\s*%)?")
_FRACTION = re.compile(r"(\d+)\s*(?:/|of|out of)\s*(\d+)")
_SPACE = re.compile(r"[\s-]+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")


class _UnreadError(ValueError):
    """A field cannot hold this."""


# --- one function for each type of field ---------------------------------------------------------


def as_words(value: object) -> str:
    """Words; of a list of them, each is a paragraph. Any other value is the text of its JSON."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n\n".join(value)
    return as_text(value)


def as_flag(value: object) -> bool | None:
    """A yes or a no; nothing, if it is blank."""
    value = _single(value)
    if isinstance(value, str):
        word = value.strip().rstrip(".!").casefold()
        if word in _YES or word in _NO:
            return word in _YES
        value = value if word else None
    if value is None:
        return None
    if value in (0, 1):  # False and True among them
        return bool(value)
    raise _UnreadError


def as_share(value: object) -> float | None:
    """A number from 0 to 1, which may be written as a percentage or as a fraction."""
    value = _single(value)
    if isinstance(value, str):
        value = _number_in(value.strip())
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise _UnreadError
    return float(value)


def _number_in(text: str) -> float | None:
    if not text or len(text) > _LONGEST:
        return None if not text else math.inf
    if (found := _FRACTION.fullmatch(text)) and int(found[2]):
        return int(found[1]) / int(found[2])
    found = _NUMBER.fullmatch(text)
    if found is None or _THOUSANDS.fullmatch(
        found[2]
    ):  # 1,000 is a thousand to some, one to others
        return math.inf
    number = float(f"{found[1]}{found[2].replace(',', '.')}")
    return number / 100 if found[3] else number


def as_list(value: object) -> list[Any]:
    """A list; one value that stands for a list of one; or the JSON of a list, as text."""
    inner = _unpacked(value)
    if isinstance(inner, list):
        return inner
    blank = value is None or (isinstance(value, str) and not value.strip())
    return [] if blank else [value]


def as_mapping(value: object) -> dict[str, Any]:
    """An object, or the text of its JSON."""
    inner = _unpacked(value)
    if inner is None:
        return {}
    if not isinstance(inner, dict):
        raise _UnreadError
    return inner


def _sentences(value: object) -> list[str]:
    """A list of words; of an object, an item for each of its names, which may only count them."""
    if isinstance(value, dict):
        return [
            as_words(item) if name.strip().isdecimal() else f"{name}: {as_words(item)}"
            for name, item in value.items()
        ]
    return [as_words(item) for item in as_list(value) if item is not None]


def _parts(model: type[M], value: object) -> list[M]:
    """A list of parts; of an object that is none of them itself, one for each of its names."""
    inner = _unpacked(value)
    if isinstance(inner, dict) and inner and not _plan(model).knows(inner):
        return [read(model, _named(model, name, item)) for name, item in inner.items()]
    return [read(model, item) for item in as_list(inner)]


def _named(model: type[Made], name: str, value: object) -> object:
    """What came under a name where an item of a list was expected, together with the name."""
    plan = _plan(model)
    known = isinstance(value, dict) and plan.knows(value)
    if plan.item is not None and not known:
        return {plan.words: name, plan.items: value}
    if isinstance(value, dict):
        free = (place for place in (plan.words, "name", "under") if place not in value)
        return {next(free, ""): name, **value}
    if plan.flag and isinstance(value, bool):
        return {plan.words: name, plan.flag: value}
    return f"{name}: {as_words(value)}"


def _single(value: object) -> object:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _unpacked(value: object) -> Any:
    """What is inside the text of an object or a list, fenced or not; any other value as it is."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text[3:-3].partition("\n")[2].strip()
    if not text.startswith(("{", "[")):
        return value
    try:
        return loads(text, DEEPEST // 2)  # it stands inside of other JSON
    except NotRead:
        return value


# --- a whole model -------------------------------------------------------------------------------


class _Plan:
    """How a model is read: a function for each field, and the fields that bare values go to.

    Attributes:
        readers: What reads each field.
        words: The first field of words.
        items: The first list, and ``item`` what it is a list of, if not of words.
        flag: The first yes or no.
        share: The first number from 0 to 1.
    """

    def __init__(self, model: type[Made]) -> None:
        self.readers: dict[str, Callable[[Any], Any]] = {}
        self.words = self.items = self.flag = self.share = ""
        self.item: type[Made] | None = None
        for name, field in model.model_fields.items():
            if name not in ("kind", "unread"):
                self._add(name, field.annotation)

    def _add(self, name: str, annotation: Any) -> None:
        origin, inner = get_origin(annotation), [_bare(one) for one in get_args(annotation)]
        reader: Callable[[Any], Any] = lambda value: value  # noqa: E731 - any JSON
        if annotation is str:
            reader, self.words = as_words, self.words or name
        elif origin is tuple and inner[0] is str:
            reader, self.items = _sentences, self.items or name
        elif origin is tuple:
            part = inner[0]
            reader = lambda value: _parts(part, value)  # noqa: E731
            self.items, self.item = self.items or name, self.item or part
        elif origin is dict:
            reader = as_mapping
        elif bool in inner:
            reader, self.flag = as_flag, self.flag or name
        elif float in inner:
            reader, self.share = as_share, self.share or name
        elif str in inner:
            reader = _maybe_words
        self.readers[name] = reader

    def names(self, value: Mapping[str, Any]) -> dict[str, str]:
        """The names of an object that are fields, each with its field: ``Is Correct`` is one."""
        names = {name: name for name in value if name in self.readers}
        if len(names) < len(value):
            taken = set(names)
            for name in value:
                plain = _SPACE.sub("_", name.strip()).casefold()
                if plain in self.readers and plain not in taken:
                    names[name] = plain
                    taken.add(plain)
        return names

    def knows(self, value: Mapping[str, Any]) -> bool:
        """Whether an object has any of the model's fields."""
        return bool(self.names(value))

    def fields(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the model, with what cannot be one in ``unread``."""
        fields: dict[str, Any] = {}
        unread: dict[str, Any] = {}
        names = self.names(value)
        for name, one in value.items():
            field = names.get(name)
            try:
                if field is None:
                    raise _UnreadError  # noqa: TRY301 - as a value that no field can hold
                fields[field] = self.readers[field](one)
            except _UnreadError:
                unread[field or name] = one
        return {**fields, "unread": unread}


def _maybe_words(value: object) -> str | None:
    return None if value is None else as_words(value)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


@cache
def _plan(model: type[Made]) -> _Plan:
    return _Plan(model)


def read(model: type[M], value: object) -> M:
    """The model of any JSON. Never raises; what is not read is in its ``unread``.

    A bare value goes where its type has a place: words to the first field of words, a list to the
    first list, a yes or no to the first flag, a number to the first share.
    """
    plan = _plan(model)
    inner = _taken_out(value)
    if inner is None:
        return model()
    if not isinstance(inner, dict):
        inner = {_place(plan, inner): inner}
    elif not plan.knows(inner):
        inner = _inside(plan, inner)
    return model(**plan.fields(inner))


def _place(plan: _Plan, value: object) -> str:
    """Where a bare value goes."""
    if isinstance(value, list):
        fits = plan.item is not None or all(isinstance(one, str) for one in value)
        return plan.items if plan.items and fits else PAYLOAD
    if isinstance(value, bool) and plan.flag:
        return plan.flag
    if isinstance(value, int | float) and not isinstance(value, bool) and plan.share:
        return plan.share
    return plan.words or plan.items


def _inside(plan: _Plan, value: dict[str, Any]) -> dict[str, Any]:
    """An object of other names than the model's: it may be around it, or be its only item."""
    if plan.item is not None and _plan(plan.item).knows(value):
        return {plan.items: [value]}
    if len(value) == 1:
        (inner,) = map(_unpacked, value.values())
        if isinstance(inner, dict) and plan.knows(inner):
            return inner
    return value


# --- payloads ------------------------------------------------------------------------------------


def judgement(payload: object) -> Judgement:
    """A judgement of any JSON."""
    return read(Judgement, _lean(payload))


def assessment(payload: object) -> Assessment:
    """An assessment of any JSON."""
    return read(Assessment, _lean(payload))


def differences(payload: object) -> Differences:
    """Differences of any JSON."""
    return read(Differences, _lean(payload))


def research(payload: object) -> Research:
    """Research of any JSON; each item of its literature may be sourced, cited or only named."""
    made = read(Research, _lean(payload))
    return made.model_copy(update={"literature": tuple(map(_sourced, made.literature))})


def _sourced(item: Reference) -> Reference:
    instead = next((name for name in ("citation", "name") if item.unread.get(name)), None)
    if item.source or instead is None:
        return item
    unread = {name: value for name, value in item.unread.items() if name != instead}
    return item.model_copy(update={"source": as_words(item.unread[instead]), "unread": unread})


def record(payload: object) -> Record:
    """A record of any JSON; its title may be among its metadata, its content a list of parts."""
    inner = _taken_out(payload)
    if isinstance(inner, list) and all(isinstance(part, str) for part in inner):
        inner = {"content": inner}
    if not isinstance(inner, dict):
        return read(Record, inner)
    lean, content = _lean(inner), inner.get("content", inner.get("text_content"))
    if content is not None:
        parts = content if isinstance(content, list) else [content]
        lean["content"] = "\n\n".join(as_text(part) for part in parts)
    made = read(Record, lean)
    title, other = made.metadata.get("title"), made.title
    if title is None or title == other:
        return made
    unread = {**made.unread, "title": other} if other is not None else made.unread
    return made.model_copy(update={"title": as_words(title), "unread": unread})


def tool_output(payload: object) -> ToolOutput:
    """A tool's output of any JSON."""
    return read(ToolOutput, _lean(payload))


def text(payload: object) -> Text:
    """Words, of an object with ``content``."""
    return read(Text, _lean(payload))


def object_in(payload: object) -> dict[str, Any]:
    """The object that a payload is, or is the text of, or has as its only item; or an empty one."""
    inner = _taken_out(payload)
    return inner if isinstance(inner, dict) else {}


def _taken_out(payload: object) -> Any:
    """What a payload is, out of a text and out of lists of one."""
    inner = _unpacked(payload)
    while isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict | list):
        inner = inner[0]
    return inner


def _lean(payload: Any) -> Any:
    """The payload without what it says twice."""
    inner = _taken_out(payload)
    if not isinstance(inner, dict):
        return payload
    return {
        name: value
        for name, value in inner.items()
        if name not in REDUNDANT and not (name == "is_error" and value is False)
    }
