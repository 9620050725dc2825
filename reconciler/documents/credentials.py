"""Secret references: the only way a manifest may speak of a secret.

Any plain value where a reference belongs is refused, and no message built here repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from reconciler.documents import shapes
from reconciler.documents.known import Known
from reconciler.values.secret import SecretRef

T = TypeVar("T")
# The names in a manifest, and the names they take inside one file that holds them all.
FIELDS = {"apiKey": "api_key", "secret": "secret", "passphrase": "passphrase"}
REQUIRED = ("apiKey", "secret")
# The longest file name, variable name or key of a reference.
LONGEST = 500
_TEXT = re.compile(shapes.TEXT.removesuffix("$") + r"\Z")

LITERAL = PydanticCustomError(
    "secret_literal",
    "a plain value stands where a secret reference belongs; it is not repeated here, but treat it as leaked",
)


@dataclass(frozen=True, slots=True)
class CredentialRefs:
    """Where the credentials of one connection are: one reference each, by manifest field name."""

    refs: Mapping[str, SecretRef]
    group: SecretRef | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate with `read_credentials`, which needs a `Known` as the validation context."""
        return core_schema.with_info_plain_validator_function(
            read_credentials, serialization=core_schema.plain_serializer_function_ser_schema(_written)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Leave a mark for the schema generator, which alone knows the schemes."""
        return {"known": "credentials"}


def read_credentials(value: object, info: ValidationInfo) -> CredentialRefs:
    """Read the `credentials` of a connection: a reference each, or one for all.

    Raises ValidationError that holds every mistake at its own field.
    """
    known = cast(Known, info.context)
    if not isinstance(value, dict):
        raise LITERAL
    if any(scheme in value for scheme in known.schemes):
        group = _checked(lambda mistakes: _reference(value, known, mistakes, keyed_only=True))
        if group is None:
            raise LITERAL
        return CredentialRefs({field: _member(group, inner) for field, inner in FIELDS.items()}, group)
    return CredentialRefs(_checked(lambda mistakes: _each(value, known, mistakes)))


class _Mistakes(list[InitErrorDetails]):
    """The mistakes found so far, each with the field it stands at."""

    def add(self, kind: str, message: str, *at: str) -> None:
        """Note a mistake; the message never holds a value from the manifest."""
        self.append(InitErrorDetails(type=PydanticCustomError(cast(Any, kind), cast(Any, message)), loc=at, input=None))


def _checked(read: Callable[[_Mistakes], T]) -> T:
    mistakes = _Mistakes()
    result = read(mistakes)
    if mistakes:
        raise ValidationError.from_exception_data("credentials", list(mistakes), hide_input=True)
    return result


def _each(value: dict[str, object], known: Known, mistakes: _Mistakes) -> dict[str, SecretRef]:
    refs = {}
    for name, inner in value.items():
        if name not in FIELDS:
            mistakes.add("unknown_credential", f"no such credential; use {', '.join(FIELDS)}", str(name))
        elif not isinstance(inner, dict):
            mistakes.append(InitErrorDetails(type=LITERAL, loc=(name,), input=None))
        elif (ref := _reference(inner, known, mistakes, name)) is not None:
            refs[name] = ref
    for name in REQUIRED:
        if name not in value:
            mistakes.add("missing", "Field required", name)
    return refs


def _reference(
    value: dict[str, object], known: Known, mistakes: _Mistakes, *at: str, keyed_only: bool = False
) -> SecretRef | None:
    schemes = [name for name in value if name in known.schemes]
    kinds = ", ".join(sorted(known.schemes))
    for name in value:
        if name not in known.schemes and name != "key":
            mistakes.add(
                "unknown_reference",
                f"no such kind of reference; use {kinds}",
                *at,
                str(name),
            )
    if len(schemes) != 1:
        mistakes.add("one_reference", f"a reference names exactly one of {kinds}", *at)
        return None
    scheme = schemes[0]
    locator, key = value[scheme], value.get("key")
    if not _is_name(locator):
        mistakes.add("reference_text", "write the name as one line of text", *at, scheme)
        return None
    if keyed_only and not known.schemes[scheme]:
        mistakes.add("one_for_all", f"one reference for all credentials cannot be of kind {scheme}", *at, scheme)
    if known.schemes[scheme] and not _is_name(key):
        told = f'a reference by {scheme} names the "key" inside its file, as text'
        mistakes.add("reference_key", told, *at, *(("key",) if "key" in value else ()))
        return None
    if "key" in value and not known.schemes[scheme]:
        mistakes.add("reference_no_key", f'a reference by {scheme} takes no "key"', *at, "key")
        return None
    return SecretRef(scheme, cast(str, locator), cast(str, key) if known.schemes[scheme] else None)


def _is_name(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST and _TEXT.match(text) is not None


def _member(group: SecretRef, inner: str) -> SecretRef:
    return SecretRef(group.scheme, group.locator, f"{group.key}.{inner}")


def _written(refs: CredentialRefs) -> dict[str, object]:
    def one(ref: SecretRef) -> dict[str, object]:
        return {ref.scheme: ref.locator, "key": ref.key} if ref.key else {ref.scheme: ref.locator}

    return one(refs.group) if refs.group else {name: one(ref) for name, ref in refs.refs.items()}
