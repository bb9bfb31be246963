"""The demo's story: every record is good, the figures are the published ones, and it ends with the removal."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import islice, pairwise
from typing import Any

import datasketches
import pytest

from app.demo.audiences import Accounts
from app.demo.beats import SOURCES, Beat, utc
from app.demo.clock import LEGS, StoryClock
from app.demo.others import CLOSED, OPEN
from app.demo.story import END, START, history, story
from app.demo.trickle import trickle
from app.hedged import Hedged
from app.records import Record, RecordParser
from app.vocabulary import DAY, GROUPS, HOUR, INSTAGRAM, PAGES, SECOND, Surface, instant

HARBOUR_FINCH = "harbour-finch"


@cache
def told() -> list[Beat]:
    return story()


def of_type(type: str, beats: Iterable[Beat] | None = None) -> list[dict[str, Any]]:
    found = told() if beats is None else beats
    return [beat.event for beat in found if beat.event["type"] == f"warroom.{type}"]


@cache
def detected(network: str) -> dict[str, Surface]:
    return {
        event["subject"]: Surface(event["data"]["platform"], event["data"]["kind"])
        for event in of_type("asset.detected")
        if event["data"]["network"] == network
    }


def audiences(network: str, surface: Surface) -> list[datasketches.hll_sketch]:
    """One sketch for each asset of a network, from whatever its detector gave."""
    assets = {asset for asset, found in detected(network).items() if found == surface}
    return [
        _sketch(event["data"])
        for event in of_type("audience.observed")
        if event["subject"] in assets and "count" not in event["data"]
    ]


def _sketch(data: dict[str, Any]) -> datasketches.hll_sketch:
    if "sketch" in data:
        return datasketches.hll_sketch.deserialize(base64.b64decode(data["sketch"]["data"]))
    sketch = datasketches.hll_sketch(14)
    for account in data["accounts"]:
        sketch.update(account)
    return sketch


def union(sketches: Iterable[datasketches.hll_sketch]) -> float:
    united = datasketches.hll_union(14)
    for sketch in sketches:
        united.update(sketch)
    return float(united.get_result(datasketches.tgt_hll_type.HLL_8).get_estimate())


def at_of(event: dict[str, Any]) -> int:
    return instant(datetime.fromisoformat(event["time"]))


def test_every_record_of_the_story_passes_the_parser() -> None:
    parser = RecordParser(b"\0" * 32)
    for beat in told():
        record = parser.parse_event(beat.event)
        assert isinstance(record, Record)
        assert record.occurred_at == beat.at


def test_story_is_told_in_order_of_time_and_no_id_twice() -> None:
    times = [beat.at for beat in told()]
    assert times == sorted(times)
    assert len({(beat.source, beat.event["id"]) for beat in told()}) == len(told())
    assert {beat.source for beat in told()} <= set(SOURCES)


def test_story_told_again_is_the_same() -> None:
    assert [beat.event for beat in history()] == [beat.event for beat in told()[: len(history())]]


def test_story_ends_with_the_removal_before_its_last_moment() -> None:
    (last_stage,) = [
        e for e in of_type("stage.changed") if e["subject"] == HARBOUR_FINCH and e["data"]["stage"] == "removed"
    ]
    assert at_of(last_stage) == utc("2018-10-26T14:05")
    assert utc("2018-10-26T14:05") <= told()[-1].at <= END


def test_harbour_finch_is_first_noticed_a_week_before() -> None:
    first = min(at_of(event) for event in of_type("network.reported") if event["subject"] == HARBOUR_FINCH)
    assert first == utc("2018-10-19T13:40")
    assert START < first < START + HOUR


def test_harbour_finch_has_82_assets_all_removed_within_20_minutes() -> None:
    counts = Counter(str(surface) for surface in detected(HARBOUR_FINCH).values())
    assert counts == {"facebook:page": 30, "facebook:account": 33, "facebook:group": 3, "instagram:account": 16}
    removed = [event for event in of_type("asset.removed") if event["subject"] in detected(HARBOUR_FINCH)]
    assert len({event["subject"] for event in removed}) == 82
    times = [at_of(event) for event in removed]
    assert max(times) == utc("2018-10-26T14:05")
    assert max(times) - min(times) <= 20 * 60 * SECOND


def test_assets_of_harbour_finch_come_in_one_by_one() -> None:
    times = [at_of(event) for event in of_type("asset.detected") if event["data"]["network"] == HARBOUR_FINCH]
    assert len(set(times)) == 82
    assert max(times) - min(times) > 6 * DAY


def test_union_of_the_pages_is_the_published_reach_and_their_sum_is_not() -> None:
    pages = audiences(HARBOUR_FINCH, PAGES)
    assert len(pages) == 30
    assert 1_015_000 <= union(pages) <= 1_025_000
    assert sum(sketch.get_estimate() for sketch in pages) > 1_600_000


def test_unions_of_groups_and_instagram_accounts_are_the_published_ones() -> None:
    assert Hedged.about(25_000).allows(round(union(audiences(HARBOUR_FINCH, GROUPS))))
    followers = union(audiences(HARBOUR_FINCH, INSTAGRAM))
    assert followers * (1 - 2 * 1.04 / 128) > 28_000
    assert followers < 29_500


def test_single_pages_are_of_very_different_sizes() -> None:
    sizes = sorted(sketch.get_estimate() for sketch in audiences(HARBOUR_FINCH, PAGES))
    assert sizes[-1] > 10 * sizes[0]
    assert sizes[-1] < 500_000


def test_open_networks_reach_3_4_million_and_share_followers() -> None:
    sketches = [sketch for plan in OPEN for sketch in audiences(plan.id, PAGES)]
    alone = sum(union(audiences(plan.id, PAGES)) for plan in OPEN)
    assert 3_350_000 <= union(sketches) < 3_450_000
    assert union(sketches) < alone - 80_000


def test_stages_at_the_end_are_those_of_the_wall() -> None:
    last = {event["subject"]: event["data"]["stage"] for event in of_type("stage.changed")}
    assert Counter(last.values()) == {
        "detected": 1,
        "under_review": 2,
        "confirmed": 1,
        "removal_ordered": 1,
        "removed": 6,
        "dismissed": 1,
    }


def test_low_tide_is_over_its_limit_at_the_end_and_nothing_else_is_overdue() -> None:
    limits_h = {"detected": 24, "under_review": 72, "confirmed": 48, "removal_ordered": 12}
    steps: dict[str, list[tuple[int, str]]] = {}
    for event in of_type("stage.changed"):
        steps.setdefault(event["subject"], []).append((at_of(event), event["data"]["stage"]))
    overdue = []
    for network, changes in steps.items():
        for (since, stage), (until, _) in zip(changes, [*changes[1:], (END, "")], strict=True):
            if until - since > limits_h.get(stage, 10**6) * HOUR:
                overdue.append((network, stage, (END - since) // HOUR))
    assert overdue == [("low-tide", "confirmed", 51)]


def test_704_assets_are_removed_and_one_that_was_given_back_is_not_among_them() -> None:
    removed = {event["subject"] for event in of_type("asset.removed")}
    restored = {event["subject"] for event in of_type("asset.restored")}
    assert len(removed - restored) == 704
    assert len(restored) == 1
    assert sum(sum(plan.counts) for plan in CLOSED) == 622


def test_statement_carries_the_published_figures_with_their_hedges() -> None:
    (event,) = [e for e in of_type("statement.made") if e["subject"] == HARBOUR_FINCH]
    data = event["data"]
    assert data["assets"] == {"facebook:page": 30, "facebook:account": 33, "facebook:group": 3, "instagram:account": 16}
    hedges = {surface: (reach["qualifier"], reach["value"]) for surface, reach in data["reach"].items()}
    assert hedges == {
        "facebook:page": ("about", 1_020_000),
        "facebook:group": ("about", 25_000),
        "instagram:account": ("more than", 28_000),
    }
    assert data["spend"] == {"currency": "USD", "qualifier": "less than", "minor": 10_000, "paid_in": ["USD", "CAD"]}
    assert (data["ads"], data["events"]) == (2, 7)


def test_ads_say_their_currency_and_no_amount() -> None:
    assert [event["data"]["spend"] for event in of_type("ad.observed")] == [{"currency": "USD"}, {"currency": "CAD"}]


def test_whether_the_events_took_place_stays_unknown() -> None:
    assert [event["data"]["took_place"] for event in of_type("event.hosted")] == ["unknown"] * 7


def test_approved_attribution_is_no_stronger_than_what_was_published() -> None:
    approved = [event["data"] for event in of_type("attribution.assessed") if "approved_by" in event["data"]]
    assert [claim["rung"] for claim in approved] == ["manual_review_linked_to"]


def test_every_network_but_the_two_real_ones_says_that_it_is_an_exercise() -> None:
    said: dict[str, bool] = {}
    for event in of_type("network.reported"):
        said[event["subject"]] = said.get(event["subject"], False) or event["data"].get("exercise", False)
    assert {network for network, exercise in said.items() if not exercise} == {HARBOUR_FINCH, "long-gallery"}


def test_no_network_but_harbour_finch_and_a_domestic_one_has_an_origin() -> None:
    origins = {e["subject"]: e["data"]["origins"] for e in of_type("network.reported") if "origins" in e["data"]}
    assert origins == {HARBOUR_FINCH: ["IR"], "quiet-orchard": ["BR"]}


def test_record_that_was_taken_back_is_one_of_its_own_detector() -> None:
    told_by = {(event["source"], event["id"]) for event in of_type("asset.detected")}
    for event in of_type("record.withdrawn"):
        assert (event["data"]["source"], event["data"]["id"]) in told_by
        assert event["source"] == event["data"]["source"]


def test_sketch_of_many_accounts_is_the_one_that_hashing_each_of_them_gives() -> None:
    accounts = Accounts("facebook-")
    direct = datasketches.hll_sketch(14)
    for account in accounts.ids(range(1_200, 23_400)):
        direct.update(account)
    image = accounts.image([range(1_200, 9_000), range(7_000, 23_400)])
    # United with itself a sketch is estimated as every union is, whatever order its accounts came in.
    assert union([_sketch({"sketch": image})] * 2) == union([direct, direct])
    assert union([_sketch({"sketch": image}), direct]) == union([direct, direct])


def test_trickle_goes_on_in_order_from_the_end_and_passes_the_parser() -> None:
    parser = RecordParser(b"\0" * 32)
    beats = list(islice(trickle(7), 500))
    times = [END, *(beat.at for beat in beats)]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert 8 < (times[-1] - END) / SECOND / 500 < 16
    assert len({beat.event["id"] for beat in beats} | {beat.event["id"] for beat in told()}) == 500 + len(told())
    for beat in beats:
        parser.parse_event(beat.event)


def test_trickle_leaves_what_was_removed_alone_and_knows_every_asset_it_names() -> None:
    known = {event["subject"] for event in of_type("asset.detected") if event["data"]["network"] != HARBOUR_FINCH}
    for beat in islice(trickle(), 500):
        data = beat.event["data"]
        if beat.event["type"] == "warroom.asset.detected":
            known.add(beat.event["subject"])
        named = {data.get("asset"), data.get("a"), data.get("b")} - {None}
        if beat.event["type"] == "warroom.audience.observed":
            named.add(beat.event["subject"])
        assert named <= known


def test_trickle_of_another_seed_is_another_one() -> None:
    assert [b.event for b in islice(trickle(1), 5)] == [b.event for b in islice(trickle(1), 5)]
    assert {b.event["id"] for b in islice(trickle(1), 5)}.isdisjoint(b.event["id"] for b in islice(trickle(2), 5))


class _Stopwatch:
    """Real seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s


def test_story_clock_plays_the_week_in_the_given_minutes_and_then_runs_like_any_other() -> None:
    watch = _Stopwatch()
    clock = StoryClock(minutes=3, real=watch)
    assert clock.now() == START
    watch.s += 180
    assert clock.now() == END
    assert clock.rate == 1.0
    watch.s += 60
    assert clock.now() == END + 60 * SECOND


def test_story_clock_never_goes_back_and_slows_down_for_the_removal() -> None:
    watch = _Stopwatch()
    clock = StoryClock(minutes=1, real=watch)
    times, rates = [], []
    for _ in range(700):
        times.append(clock.now())
        rates.append(clock.rate)
        watch.s += 0.1
    assert times == sorted(times)
    assert rates[0] > 5 * rates[400] > 25
    assert sum(leg.share for leg in LEGS) == pytest.approx(1)


def test_story_clock_without_minutes_starts_at_the_end() -> None:
    watch = _Stopwatch()
    clock = StoryClock(minutes=0, real=watch)
    assert (clock.now(), clock.rate) == (END, 1.0)
