"""Views of the Situation scene in every state, as whoever makes views hands them to the templates.

The shape is written down in ``dashboards/templates/situation/scene.html``. The figures are invented, except those of
the October 2018 case ("Harbour Finch").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.hedged import Hedged
from app.wording import Parts, number_parts
from dashboards.pages import Shown, Surroundings, render_wall
from dashboards.scenes import ROOM, Payload, drawn_by
from dashboards.scenes.situation import SCENE

View = dict[str, Any]

NOW = 1_540_564_328_000_000
"""Fri 26 Oct 2018, 14:32:08 UTC."""

EPOCH = "e"

TOPICS = (*ROOM.topics(), *SCENE.topics())

PAUSE = [0] * 20

HOSTILE = {
    "long": "Citizens United for the Restoration of Truth, Liberty and the Constitutional Republic (Official Backup 2)",
    "arabic": "شبكة الحقيقة أولاً للأخبار العاجلة والتحليلات",
    "turned": "\u202eacirema pu ekaw\u202c <b>bold</b><script>document.title='run'</script>",
    "marks": "W\u0337\u0322\u0358\u0489a\u0338k\u0335\u0301\u0302\u0303\u0304e\u0336 \u0335U\u0334p\u0338"
    + "\u0301" * 200,
    "chinese": "美国觉醒新闻网官方备用账号第二频道",
    "image": "<img src=x onerror=\"document.title='run'\"><svg onload=alert(1)>",
    "fetch": "<link rel=stylesheet href=//192.0.2.1/x.css><iframe src=//192.0.2.1/></iframe>",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7} %{x} </script><!--",
    "wide": "𝕎" * 200 + "﷽" * 50,
    "nothing": "\u200b\u2060",
}
"""Names as they are written by those under investigation."""


def _small(figure: Hedged, label: str, currency: str | None = None) -> View:
    return {"number": number_parts(figure, currency), "label": label}


def _hero(number: Parts, label: str, sub: str, why: str = "", **more: Any) -> View:
    base = {"siblings": [], "bars": None, "held": False, "fresh": False, "prose": f"{number} {label}"}
    definition = "Accounts, not people; each counted once"
    return base | {"number": number, "label": label, "sub": sub, "why": why, "definition": definition} | more


def _name(name: str, duration: str, *, overdue: bool = False) -> View:
    return {"name": name, "duration": duration, "overdue": overdue}


def _column(stage: str, label: str, squares: list[str], names: list[View], foot: str = "", **more: Any) -> View:
    base = {"stage": stage, "label": label, "n": len(squares), "squares": squares[:12], "more": 0, "names": names}
    return base | {"foot": foot, "fresh": False} | more


def _event(at: str, verb: str, name: str, text: str, **more: Any) -> View:
    return {"at": at, "verb": verb, "name": name, "text": text, "alert": False, "fresh": False} | more


def live() -> View:
    """26 October 2018, half an hour after the takedown."""
    reach = _hero(
        number_parts(Hedged.about(3_400_000)),
        "accounts follow at least one Page",
        "in open networks; estimated, counted once",
        "down 1.0\u202fM at 14:05, Harbour Finch removed",
        siblings=[_small(Hedged.about(86_000), "in groups"), _small(Hedged.more_than(74_000), "Instagram")],
        fresh=True,
    )
    spend = _hero(
        number_parts(Hedged.less_than(10_000), "USD"),
        "spent on 2 ads, in USD and CAD",
        "by Harbour Finch; only a ceiling is known",
        "11 other networks searched, none found",
    )
    events = _hero(
        number_parts(Hedged.exactly(7), columns=2), "events hosted", "whether they took", "place is not known"
    )
    takedowns = _hero(
        number_parts(Hedged.exactly(82), columns=2),
        "assets removed",
        "today, 704 since 1 Apr",
        bars=[*PAUSE, 6, 14, 21, 41],
        fresh=True,
    )
    return {
        "note": {"held": [], "text": "illustrative data"},
        "heroes": {"reach": reach, "spend": spend, "events": events, "takedowns": takedowns},
        "strip": {
            "open": {"n": "5", "label": "networks open", "sub": "one more than yesterday", "fresh": False},
            "exception": {
                "state": "overdue",
                "head": "1 overdue",
                "lead": "",
                "name": "Low Tide",
                "rest": ", 51\u202fh in Confirmed",
            },
            "countdown": {
                "n": "11",
                "label": "days to the US midterms",
                "sub": "Tue 6 Nov; Brazil run-off in 2 days",
            },
        },
        "ticker": [
            _event(
                "14:05",
                "Removed",
                "Harbour Finch",
                "30 Pages, 33 accounts, 3 groups, 16 Instagram. About 1.02 million followed a Page.",
                fresh=True,
            ),
            _event("13:58", "Detected", "Paper Kite", "9 assets, targets US"),
            _event("13:20", "Grew", "Slate Lantern", "+4 accounts, now 46 assets"),
            _event("11:20", "Overdue", "Low Tide", "48\u202fh in Confirmed", alert=True),
        ],
        "stages": [
            _column("detected", "Detected", ["open"], [_name("Paper Kite", "34\u202fmin")]),
            _column(
                "under_review",
                "Under review",
                ["open", "open"],
                [_name("Slate Lantern", "16\u202fh"), _name("Tin Whistle", "46\u202fh")],
            ),
            _column(
                "confirmed", "Confirmed", ["overdue"], [_name("Low Tide", "51\u202fh", overdue=True)], "limit 48\u202fh"
            ),
            _column("removal_ordered", "Removal ordered", ["open"], [_name("Quiet Orchard", "5\u202fh")]),
            _column("removed", "Removed", ["closed"] * 6, [_name("Harbour Finch", "27\u202fmin")], "since 1 Apr"),
            _column("dismissed", "Dismissed", ["closed"], [], "since 1 Apr"),
        ],
        "map": {
            "targets": [
                {"iso3": "USA", "name": "United States", "reach": 980_000, "text": "3 open"},
                {"iso3": "CAN", "name": "Canada", "reach": 720_000, "text": "1 open"},
                {"iso3": "GBR", "name": "United Kingdom", "reach": 88_000, "text": "1 open"},
                {"iso3": "BRA", "name": "Brazil", "reach": 2_400_000, "text": "1 open, domestic"},
            ],
            "origins": [{"iso3": "IRN", "name": "Iran", "text": "removed today"}],
            "arcs": [
                {"from": "IRN", "to": "USA", "dotted": False},
                {"from": "IRN", "to": "GBR", "dotted": False},
            ],
        },
    }


def calm() -> View:
    """Nothing is overdue."""
    view = live()
    view["strip"]["exception"] = {
        "state": "calm",
        "head": "Nothing overdue",
        "lead": "next limit 21:10, ",
        "name": "Quiet Orchard",
        "rest": "",
    }
    view["ticker"][3] = _event("10:48", "Ordered", "Harbour Finch", "82 assets")
    view["stages"][2] = _column("confirmed", "Confirmed", ["open"], [_name("Low Tide", "27\u202fh")])
    return view


def empty() -> View:
    """The feed is live and nothing has been recorded."""
    view = live()
    nothing = number_parts(Hedged.exactly(0), columns=2)
    view["heroes"] = {
        "reach": _hero(nothing, "accounts follow at least one Page", "no open networks"),
        "spend": _hero(number_parts(Hedged.nothing_said(), "USD"), "spent on ads", "not known, nothing to search yet"),
        "events": _hero(nothing, "events hosted", "none recorded"),
        "takedowns": _hero(nothing, "assets removed", "today and since 1 Apr", bars=[0] * 24),
    }
    view["strip"]["open"] |= {"n": "0", "sub": "none recorded yet"}
    view["strip"]["exception"] = {"state": "none", "head": "No limits running", "lead": "", "name": "", "rest": ""}
    view["ticker"] = []
    for column in view["stages"]:
        column |= {"n": 0, "squares": [], "names": []}
        column["foot"] = "since 1 Apr" if column["stage"] in ("removed", "dismissed") else ""
    view["map"] = {"targets": [], "origins": [], "arcs": []}
    return view


def multi() -> View:
    """Bounds instead of an estimate, three currencies, three digits everywhere, many networks."""
    view = live()
    heroes = view["heroes"]
    heroes["reach"] |= {
        "number": number_parts(Hedged.between(900_000, 1_300_000)),
        "siblings": [_small(Hedged.about(25_000), "in groups"), _small(Hedged.more_than(28_000), "Instagram")],
        "sub": "in open networks; bounds, no estimate",
        "why": "wider since 13:50, one counter sampled",
        "fresh": False,
    }
    heroes["spend"] |= {
        "number": number_parts(Hedged.more_than(610_000), "USD"),
        "siblings": [
            _small(Hedged.exactly(4_800_000), "9 ads, BRL", "BRL"),
            _small(Hedged.less_than(10_000), "1 ad, CAD", "CAD"),
        ],
        "label": "spent on 31 ads, in US dollars",
        "sub": "by 4 networks; a floor, 2 accounts unread",
        "why": "three currencies, not converted, not added",
    }
    heroes["events"]["number"] = number_parts(Hedged.more_than(40), columns=2)
    heroes["takedowns"] |= {
        "number": number_parts(Hedged.exactly(704), columns=2),
        "sub": "today, 4,912 since 1 Apr",
        "bars": [3, 8, 12, 20, 9, 0, 0, 0, 0, 0, 4, 22, 40, 66, 31, 18, 5, 0, 0, 38, 90, 120, 148, 70],
    }
    view["strip"]["open"] |= {"n": "113", "sub": "12 more than yesterday", "fresh": True}
    view["strip"]["exception"] |= {"head": "3 overdue", "rest": ", 51\u202fh in Confirmed, and 2 more"}
    view["stages"][0] |= {"n": 108, "squares": ["open"] * 12, "more": 96, "fresh": True}
    view["stages"][1] |= {"n": 13, "squares": ["overdue"] * 2 + ["open"] * 10, "more": 1}
    view["stages"][4] |= {"n": 1_204, "squares": ["closed"] * 12, "more": 1_192}
    places = (
        "DEU Germany, FRA France, POL Poland, UKR Ukraine, ROU Romania, NLD Netherlands, ESP Spain, ITA Italy, "
        "SWE Sweden, MDA Moldova, GEO Georgia, TUR Turkey, EGY Egypt, NGA Nigeria, KEN Kenya, ZAF South Africa, "
        "IND India, PHL Philippines, TWN Taiwan, JPN Japan, AUS Australia, MEX Mexico, COL Colombia, ARG Argentina"
    )
    for place, text in enumerate(places.split(", ")):
        iso3, name = text.split(" ", 1)
        view["map"]["targets"].append({"iso3": iso3, "name": name, "reach": 60_000 - 2_000 * place, "text": "1 open"})
    view["map"]["origins"] += [
        {"iso3": "RUS", "name": "Russia", "text": "2 open, 4 removed"},
        {"iso3": "MMR", "name": "Myanmar", "text": "domestic"},
    ]
    view["map"]["arcs"] += [
        {"from": "RUS", "to": "UKR", "dotted": False},
        {"from": "RUS", "to": "USA", "dotted": True},
        {"from": "RUS", "to": "DEU", "dotted": True},
    ]
    return view


def none() -> View:
    """An exact count, and searches that found nothing."""
    view = live()
    heroes = view["heroes"]
    heroes["reach"] |= {
        "number": number_parts(Hedged.exactly(41_280)),
        "siblings": [_small(Hedged.exactly(0), "in groups"), _small(Hedged.exactly(0), "Instagram")],
        "sub": "in open networks; exact, counted once",
        "why": "up 1,204 at 13:58, Paper Kite detected",
        "fresh": False,
    }
    heroes["spend"] |= {
        "number": number_parts(Hedged.none_found(), "USD"),
        "label": "of 12 networks is known to buy ads",
        "sub": "none found, last search 13:40",
        "why": "an ad paid from elsewhere would not show",
    }
    zero = number_parts(Hedged.exactly(0), columns=2)
    heroes["events"] |= {"number": zero, "sub": "12 networks searched", "why": "none found"}
    heroes["takedowns"] |= {"number": zero, "bars": [0] * 24, "fresh": False}
    return view


def degraded() -> View:
    """One source is past its own limit; what it feeds is held."""
    view = live()
    view["note"] = {"held": [{"name": "Reach counter", "since": "13:50"}], "text": ""}
    view["heroes"]["reach"] |= {
        "number": number_parts(Hedged.about(4_400_000)),
        "why": "held at 13:50, counter not answering",
        "held": True,
        "fresh": False,
    }
    return view


def names() -> View:
    """Every name is hostile."""
    view = live()
    view["note"] = {"held": [{"name": HOSTILE["turned"], "since": "13:50"}], "text": HOSTILE["image"]}
    view["strip"]["exception"]["name"] = HOSTILE["chinese"]
    for event, name in zip(view["ticker"], ("long", "arabic", "turned", "marks"), strict=True):
        event["name"] = HOSTILE[name]
    view["ticker"][1]["text"] = HOSTILE["fetch"]
    for column, pair in zip(
        view["stages"],
        (("arabic",), ("long", "marks"), ("chinese",), ("image", "fetch"), ("template", "wide"), ("nothing",)),
        strict=True,
    ):
        overdue = column["stage"] == "confirmed"
        column["names"] = [_name(HOSTILE[name], "51\u202fh", overdue=overdue) for name in pair]
        column["foot"] = column["foot"] if len(pair) == 1 else ""
    view["map"]["targets"][0]["name"] = HOSTILE["turned"]
    view["map"]["origins"][0]["text"] = HOSTILE["image"]
    return view


VIEWS: dict[str, Callable[[], View]] = {
    maker.__name__: maker for maker in (live, calm, empty, multi, none, degraded, names)
}
"""Every state by its name."""


def payload_of(topic: str, view: View) -> Payload:
    """What a frame of this topic carries."""
    found = drawn_by(topic)
    assert found is not None
    scene, panel, _ = found
    return scene.payload(panel, view)


def situation_page(view: View, around: Surroundings, *, seq: int) -> str:
    """The page of the Situation scene, the first of four, with such a view in it."""
    shown = Shown(SCENE, {panel: SCENE.payload(panel, view) for panel in SCENE.panels})
    return render_wall([shown], ROOM.payload("note", view), around, now=NOW, seq=seq, epoch=EPOCH)
