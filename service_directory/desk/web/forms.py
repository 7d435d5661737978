"""Forms: WTForms' fields, with help and an example under each label.

What every form needs beside its own fields (where it comes from, its token, its size) is checked by the application
before a handler runs; `form_start` in forms.html writes the token.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import FormData
from wtforms import Form, SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget


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

    Spaces at either end of what is typed are taken off before anything looks at it: they are no answer.
    """

    class Meta(DefaultMeta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            if formdata is None:
                return None
            return FormData([(name, value.strip()) for name, value in formdata.multi_items()])

    def complain(self, field: str, *messages: str) -> None:
        """Show messages under a field, as if it had not validated."""
        self[field].errors = [*self[field].errors, *messages]
