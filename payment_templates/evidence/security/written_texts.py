"""Lists every text of a template with its place and its name, such as that of a variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.security.encoded_texts import decoded
from payment_templates.evidence.security.expression_texts import (
    function_of,
    texts_in_turn,
    texts_returned,
)
from payment_templates.evidence.security.secret_values import exposure_of_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.cloudformation import Json, Template

# Lists of words that are one command.
_COMMANDS = {"Command", "EntryPoint"}
# The properties with the name and with the value of a named value, in the resource schemas of
# cfn-lint 1.58: tags, options of Elastic Beanstalk, parameters of a nested stack, headers of an
# origin of CloudFront, fields of an object of Data Pipeline.
_NAME_KEYS = (
    *("Name", "name", "Key", "key", "TagKey"),
    *("OptionName", "ParameterKey", "ParameterName", "HeaderName"),
)
_VALUE_KEYS = {"Value", "value", "TagValue", "ParameterValue", "HeaderValue", "StringValue"}
# Maps whose keys are names of variables, as in AWS::Lambda::Function.
_FREE_MAPS = {"Environment", "EnvironmentVariables", "Metadata", "Outputs", "Variables"}
# A variable whose value is the name of a secret or a parameter:
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
_REFERENCE_TYPES = {"PARAMETER_STORE", "SECRETS_MANAGER"}
_OUTPUTS = "Outputs."
MAPPINGS = "Mappings"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text that a value may have."""

    place: str
    text: str
    # Whether the last word of the place is a property of AWS, and no name that the author chose.
    is_property: bool

    @property
    def name(self) -> str:
        """The name of the value."""
        return self.place.rpartition(".")[2]


def texts_of_template(template: Template) -> Iterator[Text]:
    """Yield each text, and what is encoded in it."""
    for text in _written_texts(template):
        yield text
        if found := decoded(text.text):
            yield Text(place=text.place, text=found, is_property=text.is_property)


def descriptions_of(template: Template) -> Iterator[tuple[str, str]]:
    """Yield the descriptions that are no property, each with its place."""
    yield "Description", str(template.document.get("Description", ""))
    for name, it in template.parameters.items():
        yield f"Parameters.{name}", f"{it.description} {it.constraint_description}"


def texts_of(
    value: object,
    place: str,
    document: Json,
    is_name: Callable[[str], object],
    *,
    is_property: bool = True,
) -> Iterator[Text]:
    """Yield each text of every value.

    The place of a named value, such as one in Environment, ends with its name if `is_name` says so.
    """
    match function_of(value):
        case "", dict():
            here = place.rpartition(".")[2]
            for key, entry in (table := cast("Json", value)).items():
                name = _named(key, table, place, document, is_name)
                own = is_property and not name and here not in _FREE_MAPS
                at = f"{place}.{name or key}"
                yield from texts_of(entry, at, document, is_name, is_property=own)
        case "", list():
            entries = cast("list[object]", value)
            for entry in entries:
                yield from texts_of(entry, place, document, is_name, is_property=is_property)
            if place.rpartition(".")[2] in _COMMANDS:
                for words in texts_in_turn(entries, document):
                    yield Text(place=place, text=" ".join(words), is_property=is_property)
        case "Fn::If", [_, *branches]:
            for branch in branches:
                yield from texts_of(branch, place, document, is_name, is_property=is_property)
        case _:
            for text in texts_returned(value, document):
                yield Text(place=place, text=text, is_property=is_property)


def _written_texts(template: Template) -> Iterator[Text]:
    document = template.document
    for section in ("Resources", "Outputs", "Metadata"):
        yield from texts_of(document.get(section), section, document, exposure_of_name)
    # Also entries that nothing uses.
    entries = document.get("Mappings")
    yield from texts_of(entries, MAPPINGS, document, exposure_of_name, is_property=False)
    for name, parameter in template.parameters.items():
        values = (*parameter.allowed_values, parameter.default or "")
        # The default of a stored one is the name of a parameter of Systems Manager.
        for value in () if parameter.is_stored else values:
            # Its own name, of which the claim asks, is no part of the place.
            yield Text(place=f"Parameters.{name}.Default", text=value, is_property=True)


def _named(
    key: str, table: Json, place: str, document: Json, is_name: Callable[[str], object]
) -> str:
    """Return the name of a value in a list of named values such as Environment, or ""."""
    if key not in _VALUE_KEYS:
        return ""
    kinds = texts_returned(table.get("Type", table.get("type", "")), document)
    if kinds and _REFERENCE_TYPES.issuperset(kinds):
        return ""
    found = (it for at in _NAME_KEYS if at in table for it in texts_returned(table[at], document))
    names = [place.removeprefix(_OUTPUTS)] if place.startswith(_OUTPUTS) else found
    return next(filter(is_name, names), "")
