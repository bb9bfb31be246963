"""What programs say about walls, as bodies of requests."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.walls import Place

_SCENE = Field(examples=["situation"], max_length=40)
_SUBJECT = Field("", description="what the scene is about, where it is of one thing", max_length=128)


class PlaceSaid(BaseModel):
    """A scene, and what it is about."""

    model_config = ConfigDict(extra="forbid")
    scene: str = _SCENE
    subject: str = _SUBJECT

    def place(self) -> Place:
        """As walls have it."""
        return Place(self.scene, self.subject)


class EntrySaid(PlaceSaid):
    """A scene in a programme."""

    hold_s: int = Field(60, description="seconds for which it is shown")


class StretchSaid(BaseModel):
    """A stretch of the past to play. Times are RFC 3339, or as typed at the desk in the room's zone."""

    model_config = ConfigDict(extra="forbid")
    first: str = Field(examples=["2018-10-26T13:00:00Z"], max_length=40)
    last: str = Field("", description="without it, the room's present", max_length=40)
    speed: int = Field(1, description="times as fast as it was")
    mark: Literal["replay", "exercise"] = "replay"


class Changed(BaseModel):
    """What is to change about a wall; what is left out stays as it is.

    ``"pinned": null`` unpins, ``"replay": null`` makes it live again.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"blank": True}]})
    name: str | None = None
    distance_m: float | None = Field(None, gt=0, le=100)
    height_m: float | None = Field(None, gt=0, le=20)
    programme: list[EntrySaid] | None = None
    pinned: PlaceSaid | None = None
    on_alarm: bool | None = None
    blank: bool | None = None
    message: str | None = Field(None, max_length=1_000)
    replay: StretchSaid | None = None


class Paired(BaseModel):
    """The code that a screen shows, and the wall that it is to be."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(examples=["K7M 2XP"], max_length=40)
    name: str = Field(examples=["Lobby"], max_length=200)
    distance_m: float = Field(gt=0, le=100, examples=[6.0])
    height_m: float = Field(gt=0, le=20, examples=[0.93])


class Blanked(BaseModel):
    """Whether walls show nothing."""

    model_config = ConfigDict(extra="forbid")
    blank: bool = Field(examples=[True])
