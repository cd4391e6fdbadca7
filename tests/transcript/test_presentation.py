"""Every field of every kind of entry says how it is presented."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import BaseModel

from buttermilk_widget.conversation.patches import Body
from buttermilk_widget.transcript.presentation import PRESENTATION, Form, of_mime

BODIES = get_args(get_args(Body)[0])


def ways(model, before):
    """The way to each field of a model, and to those of the models in it."""
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        inner = [one for one in get_args(field.annotation) if isinstance(one, type)]
        models = [one for one in inner if issubclass(one, BaseModel)]
        if models:
            yield from ways(models[0], f"{before}.{name}")
        else:
            yield f"{before}.{name}"


def test_no_field_is_left_out_and_none_is_made_up():
    fields = [way for body in BODIES for way in ways(body, body.model_fields["kind"].default)]
    assert set(PRESENTATION) == set(fields)


@pytest.mark.parametrize(
    ("mime", "form"),
    [
        (None, Form.LINES),
        ("text/plain", Form.LINES),
        ("image/png", Form.LINES),
        ("text/markdown; charset=utf-8", Form.MARKDOWN),
        ("TEXT/X-MARKDOWN", Form.MARKDOWN),
        ("application/json", Form.JSON),
        ("application/ld+json", Form.JSON),
        ("text/html", Form.OUTPUT),
        ("application/xml", Form.OUTPUT),
        ("text/csv", Form.OUTPUT),
    ],
)
def test_a_record_is_what_it_says_it_is(mime, form):
    assert of_mime(mime) is form
