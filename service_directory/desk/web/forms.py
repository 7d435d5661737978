"""Forms: WTForms' fields, with help and an example under each label.

What every form needs beside its own fields (where it comes from, its token, its size) is checked by the application
before a handler runs; `form_start` in forms.html writes the token.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TypeVar

from wtforms import Form, SelectMultipleField, StringField
from wtforms.fields.core import Field, UnboundField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

_Field = TypeVar("_Field", bound=Field)


class Help(str):
    """What stands under a label: help, and an example of what to write. Give it as a field's `description`."""

    example: str

    def __new__(cls, text: str, example: str = "") -> Help:
        made = super().__new__(cls, text)
        made.example = example
        return made


class CheckboxesField(SelectMultipleField):
    """Several of a few, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeskForm(Form):
    """A form of the desk: `DeskForm(call.form)`, or with `obj=` or `data=` for what stands there already.

    Spaces at either end of what is typed are taken off. That something has to be filled in is said with DataRequired,
    which asks after that; InputRequired would take spaces for an answer.
    """

    class Meta(DefaultMeta):
        def bind_field(
            self, form: Any, unbound_field: UnboundField[_Field], options: MutableMapping[str, Any]
        ) -> _Field:
            if issubclass(unbound_field.field_class, StringField):
                options = {**options, "filters": [*unbound_field.kwargs.get("filters", ()), _stripped]}
                unbound_field = UnboundField(
                    unbound_field.field_class,
                    *unbound_field.args,
                    **{name: given for name, given in unbound_field.kwargs.items() if name != "filters"},
                )
            bound: _Field = unbound_field.bind(form=form, **options)
            return bound

    def complain(self, field: str, *messages: str) -> None:
        """Show messages under a field, as if it had not validated."""
        self[field].errors = [*self[field].errors, *messages]


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value
