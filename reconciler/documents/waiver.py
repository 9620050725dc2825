"""The `Waiver` kind: one finding that somebody accepts, with a name, a reason and an end."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reconciler.documents import shapes
from reconciler.documents.parts import Date, Metadata, Part, Text, WaivableRule

Fingerprint = Annotated[str, StringConstraints(strict=True, pattern=shapes.FINGERPRINT)]


class WaiverSpec(Part):
    """Which finding is accepted, by whom, why, and until when."""

    rule: WaivableRule = Field(description="The rule of the finding.")
    finding: Fingerprint = Field(description="The fingerprint of the finding, as reports show it.")
    owner: Text = Field(description="Who answers for it.")
    reason: Text = Field(description="Why it is accepted.")
    until: Date = Field(description="The last day on which it is.")


class Waiver(Part):
    """One finding that somebody accepts for a time."""

    api_version: Literal["reconciler/v1"] = Field(description="The version of the manifest format.")
    kind: Literal["Waiver"] = Field(description="The kind of the document.")
    metadata: Metadata = Field(description="What names the document.")
    spec: WaiverSpec = Field(description="Which finding is accepted, by whom, why, and until when.")
