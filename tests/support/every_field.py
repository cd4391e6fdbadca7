"""Entries of every kind, made from their models, in which each text says where it stands."""

from __future__ import annotations

import types
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from buttermilk_widget.conversation.patches import Body, Entry, Speaker
from buttermilk_widget.protocol.messages import CROSSING

BODIES = get_args(get_args(Body)[0])


def kind_of(body):
    return body.model_fields["kind"].default


def mark(way):
    """One word that is in no other field: ``judgement.reasons.0`` is ``judgementQreasonsQ0Z``."""
    return way.replace("_", "").replace(".", "Q") + "Z"


def value(annotation, metadata, way, word):
    """A value of a field, with a word in each text of it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return value(args[0], [*metadata, *args[1:]], way, word)
    if CROSSING in metadata:
        inner = {"name": word(f"{way}.name"), "list": [word(f"{way}.item"), 7, None, {}]}
        return inner if way.endswith(("metadata", "unread")) else [inner, "text"]
    if origin in (Union, types.UnionType):
        return value(next(one for one in args if one is not type(None)), metadata, way, word)
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return tuple(value(args[0], [], f"{way}.{n}", word) for n in range(2))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return whole(annotation, way, word)
    return {str: word(way), bool: True, int: 3, float: 0.25}[annotation]


def whole(model, way, word=mark):
    """A model with a value in each of its fields."""
    fields = {
        name: value(field.annotation, field.metadata, f"{way}.{name}", word)
        for name, field in model.model_fields.items()
        if name not in ("kind", "confirms")
    }
    if "confirms" in model.model_fields:
        fields["confirms"] = (True, None)
    return model(**fields)


def entry(number, body, word=mark):
    """An entry with a value in each of its fields, about itself."""
    way = f"entry.{body.kind}"
    return Entry(
        id=number,
        seq=number,
        at=1000.25,
        server_time=word(f"{way}.server_time"),
        speaker=whole(Speaker, f"{way}.speaker", word),
        message_id=word(f"{way}.message_id"),
        frame=0,
        metadata={"name": word(f"{way}.metadata.name"), "list": [word(f"{way}.metadata.item")]},
        tracing_link=f"https://trace.example/{word(f'{way}.tracing_link')}",
        source=word(f"{way}.source"),
        body=body,
    )


def entries(word=mark):
    """An entry of each kind, by its kind."""
    made = [whole(body, kind_of(body), word) for body in BODIES]
    return {body.kind: entry(number, body, word) for number, body in enumerate(made, 1)}


def bare():
    """An entry of each kind with nothing in it but what it must have."""
    made = {}
    for body in BODIES:
        needed = {
            name: value(field.annotation, field.metadata, name, lambda _way: "")
            for name, field in body.model_fields.items()
            if field.is_required()
        }
        made[kind_of(body)] = Entry(id=1, seq=1, at=1000.25, body=body(**needed))
    return made


def marks(one, way="", path=()):
    """The words of an entry, each with the way to its field."""
    if isinstance(one, BaseModel):
        for name in type(one).model_fields:
            yield from marks(
                getattr(one, name), name if not path else f"{way}.{name}", (*path, name)
            )
    elif isinstance(one, dict):
        for name, inner in one.items():
            yield from marks(inner, f"{way}.{name}", (*path, name))
    elif isinstance(one, list | tuple):
        for inner in one:
            yield from marks(inner, way, path)
    elif isinstance(one, str) and one.endswith("Z") and "Q" in one:
        yield way, one
