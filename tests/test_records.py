"""Records: what is taken, what is refused and how, what the log keeps, and that no account id gets into it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from datasketches import hll_sketch, hll_union, tgt_hll_type
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import Refused, WarroomError
from app.hedged import Hedged, Money, Qualifier, Tally
from app.records import (
    KEPT,
    Record,
    RecordParser,
    hedged_json,
    hedged_of,
    instant_of,
    kept_body,
    money_json,
    money_of,
)
from app.records._hll import clean
from app.records._json import canonical, read
from app.records._shapes import SHAPES
from app.vocabulary import MAX_INTEGER, RecordType, instant, moment
from tests import makers
from tests.hostile import BATCH, CASES, GOOD, TAKEN, Case
from tests.makers import PARSER, SALT, accounts_observed, asset_detected, count_observed, raw, record, sketch_observed


def refusal(body: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        PARSER.parse_one(body)
    return caught.value


UNBALANCED = ("cut off", "trailing comma", "depth 100,000 and nothing else")
"""Where such an element of an array would end cannot be told."""


# --- the corpus -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_hostile_body_is_refused_with_its_field_and_a_reason(case: Case) -> None:
    refused = refusal(case.raw)
    assert (refused.field, refused.status, refused.disposition) == (case.field, case.status, case.disposition)
    assert 10 < len(refused.reason) < 400
    assert refused.reason.isprintable()


@pytest.mark.parametrize("case", TAKEN, ids=str)
def test_odd_body_with_nothing_wrong_in_it_is_taken(case: Case) -> None:
    taken = PARSER.parse_one(case.raw)
    assert RecordParser.from_log(taken.body) == taken


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in UNBALANCED], ids=str)
def test_bad_record_never_stops_its_neighbours(case: Case) -> None:
    before, after = json.loads(BATCH)
    found = PARSER.parse_batch(b"[" + raw(before) + b"," + case.raw + b"," + raw(after) + b"]")
    assert [item.subject if isinstance(item, Record) else item.index for item in found] == ["b1", 1, "b2"]


def test_every_type_of_record_is_taken_and_comes_back_from_the_log() -> None:
    taken = makers.records(makers.one_of_each())
    assert {each.type for each in taken} == set(RecordType)
    assert [RecordParser.from_log(each.body) for each in taken] == taken


@pytest.mark.parametrize("made", makers.one_of_each(), ids=lambda made: made["type"])
def test_record_without_one_of_its_required_fields_is_refused_by_name(made: makers.Event) -> None:
    for field in SHAPES[made["type"]].required:
        rest = {name: value for name, value in made["data"].items() if name != field}
        assert refusal(raw(made | {"data": rest})).field == f"data.{field}"


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.type)
@pytest.mark.parametrize("value", [None, {"x": []}, [[]], -1, 1.5, 10**20, True, "\u202e/%", ""], ids=repr)
def test_no_value_in_any_field_does_worse_than_being_refused(shape: Any, value: Any) -> None:
    good = next(made for made in makers.one_of_each() if made["type"] == f"warroom.{shape.type}")
    for field in shape.fields.keys() - {"accounts"}:
        (found,) = PARSER.parse_batch(raw([good | {"data": good["data"] | {field: value}}]))
        if isinstance(found, Refused):
            assert found.field.startswith("data")
        else:
            assert isinstance(value, (str, bool, float, list)), f"{field} took {value!r}"
            assert RecordParser.from_log(found.body) == found


# --- what the log keeps -----------------------------------------------------------------------------------------------


def test_record_says_what_its_event_says() -> None:
    made = asset_detected("a1", network="n1", at="2018-10-20T12:00:00.5+02:00", id="d1", name="Wake Up America")
    taken = record(made)
    assert (taken.source, taken.id, taken.type, taken.subject) == (makers.SOURCE, "d1", RecordType.ASSET_DETECTED, "a1")
    assert moment(taken.occurred_at) == datetime(2018, 10, 20, 10, 0, 0, 500_000, UTC)
    assert taken.data == made["data"]
    assert taken.version == (taken.occurred_at, makers.SOURCE, "d1")


def test_body_is_the_same_whatever_the_order_and_the_spacing_of_the_event() -> None:
    made = asset_detected(name="Página 👩‍👩‍👧")
    turned = dict(reversed(made.items())) | {"data": dict(reversed(made["data"].items()))}
    writings = [
        json.dumps(made).encode(),
        json.dumps(turned, ensure_ascii=False, separators=(",", ":")).encode(),
        json.dumps(turned, indent=4).encode().replace(b"\n", b"\r\n"),
    ]
    bodies = {PARSER.parse_one(writing).body for writing in writings}
    assert bodies == {json.dumps(made, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()}
    (body,) = bodies
    assert PARSER.parse_one(body).digest == hashlib.sha256(body).digest()


def test_numbers_stay_what_they_were() -> None:
    made = asset_detected(score=1, later=[1.0, 1, -0.0, 1e22, 0.1, 5e-324, -7])
    body = record(made).body
    assert b'"later":[1.0,1,-0.0,1e22,0.1,5e-324,-7]' in body
    assert b'"score":1,' in body or b'"score":1}' in body


def test_fields_that_nobody_knows_are_kept() -> None:
    made = asset_detected(later={"b": 1, "a": [None, True]}) | {"traceparent": "00-1"}
    assert json.loads(record(made).body) == made
    assert record(made).data["later"] == {"a": [None, True], "b": 1}


def test_type_without_subject_has_none_even_where_one_was_sent() -> None:
    taken = record(makers.link_observed() | {"subject": "a1"})
    assert taken.subject is None
    assert RecordParser.from_log(taken.body).subject is None


def test_record_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        record(asset_detected()).subject = "a2"  # type: ignore[misc]


# --- text that can be read in two ways --------------------------------------------------------------------------------

_PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER), st.floats(allow_nan=False, allow_infinity=False)
)
_CHARS = st.text(st.sampled_from('ab:"\\{}[],0é\u2028😀'), max_size=4)
_JSON = st.recursive(
    _PLAIN | _CHARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_CHARS, inner, max_size=3),
    max_leaves=12,
)


def _written(value: Any, draw: Any) -> str:
    """JSON text of ``value``, with blanks and escapes as it pleases the draw."""
    blank = draw(st.sampled_from(["", " ", "\n\t"]))
    if isinstance(value, str):
        chars = [
            f"\\u{ord(char):04X}" if ord(char) < 256 and draw(st.booleans()) else json.dumps(char)[1:-1]
            for char in value
        ]
        return f'"{"".join(chars)}"'
    if isinstance(value, list):
        return f"[{blank}{','.join(_written(item, draw) for item in value)}]"
    if isinstance(value, dict):
        members = (f"{_written(name, draw)}{blank}:{blank}{_written(item, draw)}" for name, item in value.items())
        return f"{{{','.join(members)}{blank}}}"
    return json.dumps(value)


@given(st.dictionaries(_CHARS, _JSON, max_size=4), st.data())
def test_good_json_is_read_as_python_reads_it_however_it_is_written(value: dict[str, Any], data: Any) -> None:
    found, body = read(_written(value, data.draw).encode())
    assert found == value
    assert json.loads(body) == value
    assert body == canonical(json.loads(body))


@given(st.dictionaries(_CHARS, _JSON, min_size=1, max_size=4), st.data())
def test_key_that_stands_twice_is_found_wherever_it_stands_and_however_it_is_written(
    value: dict[str, Any], data: Any
) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    twice = f"{_written(name, data.draw)}:{_written(data.draw(_JSON), data.draw)}"
    inner = _written(value, data.draw)
    spoilt = f"{{{twice},{inner[1:]}" if data.draw(st.booleans()) else f"{inner[:-1]},{twice}}}"
    for body in (spoilt, f'{{"list":[0,{spoilt}]}}'):
        refused = refusal(body.encode())
        assert refused.code == "duplicate_key"


# --- batches and Python objects ---------------------------------------------------------------------------------------


def test_batch_names_the_place_of_each_refusal() -> None:
    bodies = [raw(asset_detected("a1")), raw(asset_detected("a/2")), b"12", raw(asset_detected("a4", platform=None))]
    found = PARSER.parse_batch(b" [" + b" ,\n".join(bodies) + b"]\n")
    assert [item.index for item in found if isinstance(item, Refused)] == [1, 2, 3]
    assert isinstance(found[0], Record)


@pytest.mark.parametrize(
    "spoilt",
    [b"NaN", b'{"a": NaN}', b"", b"{'a': 1}", b'{"a": "\\ud800"}', b"[[]" * 50_000 + b"]" * 50_000],
    ids=["NaN", "NaN inside", "nothing", "single quotes", "half a character", "depth 50,000"],
)
def test_element_that_is_no_json_does_not_stop_its_neighbours(spoilt: bytes) -> None:
    first, second = PARSER.parse_batch(BATCH)
    found = PARSER.parse_batch(BATCH[:-1] + b"," + spoilt + b"," + BATCH[1:])
    assert [type(item) for item in found] == [Record, Record, Refused, Record, Record]
    assert found[:2] == found[3:] == [first, second]


@pytest.mark.parametrize(
    "body",
    [b"", b"rubbish", GOOD, b"[", BATCH[:-1], BATCH + b"]", b"[" + BATCH, BATCH + BATCH, b'["', b"null", b"\xff["],
)
def test_body_without_an_array_to_be_seen_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        PARSER.parse_batch(body)
    assert caught.value.field == "body"
    assert caught.value.status in (400, 422)


def test_batch_over_its_limit_is_refused_as_a_whole() -> None:
    parser = RecordParser(SALT, max_batch=3)
    assert len(parser.parse_batch(b"[" + b",".join([GOOD] * 3) + b"]")) == 3
    with pytest.raises(Refused) as caught:
        parser.parse_batch(b"[" + b",".join([GOOD] * 4) + b"]")
    assert (caught.value.status, caught.value.code) == (413, "too_many")


def test_empty_batch_is_no_records() -> None:
    assert PARSER.parse_batch(b" [ ] ") == []


def test_python_object_is_read_as_its_json_would_be() -> None:
    made = asset_detected()
    assert PARSER.parse_event(made) == PARSER.parse_one(raw(made))


@pytest.mark.parametrize(
    ("score", "field"),
    [(float("nan"), "data.score"), ("\ud800", "data.score"), ({1}, "body"), (10**5_000, "body")],
    ids=["NaN", "half a character", "a set", "5,001 digits"],
)
def test_python_object_that_is_no_json_is_refused(score: Any, field: str) -> None:
    with pytest.raises(Refused) as caught:
        PARSER.parse_event(asset_detected() | {"data": {"platform": "x", "kind": "y", "score": score}}, 7)
    assert (caught.value.field, caught.value.index) == (field, 7)


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_refusal_knows_whose_record_it_was() -> None:
    refused = refusal(raw(asset_detected("a/1", id="d1")))
    assert (refused.source, refused.event_id) == (makers.SOURCE, "d1")
    assert isinstance(refused, WarroomError)


def test_refusal_of_rubbish_knows_nobody_and_keeps_the_rubbish() -> None:
    refused = refusal(b"rubbish")
    assert (refused.source, refused.event_id, refused.body) == (None, None, b"rubbish")


def test_malformed_field_outweighs_a_figure_that_is_only_hard_to_believe() -> None:
    made = makers.statement_made(ads=10**12, events=-1)
    assert (refusal(raw(made)).field, refusal(raw(made)).disposition) == ("data.events", "refused")


def test_hard_to_believe_figure_is_quarantined_with_its_body() -> None:
    body = raw(count_observed("a1", 10**12))
    refused = refusal(body)
    assert (refused.disposition, refused.code, refused.body) == ("quarantined", "implausible", body)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.replace(b'"subject": "a1"', b'"subject": "/"'),
        lambda body: body.replace(b'"accounts"', b'"part": 1, "accounts"'),
        lambda body: body[:-1],
        lambda body: body + b"}",
        lambda body: body.replace(b'"accounts"', b'"x": NaN, "accounts"'),
        lambda body: body.replace(b'{"accounts"', b'{"accounts": [], "accounts"'),
        lambda body: body.replace(b'"accounts"', b'"x": ' + b"[" * 5_000 + b"]" * 5_000 + b', "accounts"'),
        lambda body: body.replace(b'"accounts"', b'"\\u0061ccounts"').replace(b"audience.observed", b"note.written"),
        lambda body: body.replace(b"}", b', "accounts": 3}', 1),
        lambda body: body[:-1] + b', "data": {}}',
        lambda body: body.replace(b'["id-of-', b'["", "id-of-'),
        lambda body: body.replace(b'["id-of-', b'[["id-of-0"], "id-of-'),
        lambda body: b'{"records": [' + body + b"]}",
    ],
)
def test_no_account_id_is_in_what_a_refusal_keeps_or_says(spoil: Any) -> None:
    body = spoil(raw(accounts_observed("a1", [f"id-of-{n}" for n in range(3)])))
    refused = refusal(body)
    assert b"id-of-" not in refused.body
    assert "id-of-" not in str(refused)
    with pytest.raises(Refused) as caught:
        PARSER.parse_batch(b'[],[{"x":' + body)
    assert b"id-of-" not in caught.value.body


def test_kept_body_says_how_many_accounts_there_were_and_leaves_the_rest() -> None:
    made = accounts_observed("a1", ["x1", "x2", "x1"])
    assert json.loads(kept_body(raw(made))) == made | {"data": {"accounts": 3}}
    assert kept_body(GOOD) == GOOD


def test_kept_body_is_cut() -> None:
    assert len(kept_body(b"x" * 100_000)) == KEPT
    assert len(kept_body(raw(makers.post_observed(text="x" * 100_000, accounts=["x"])))) == KEPT


def test_field_that_names_what_came_from_outside_is_cut_and_plain() -> None:
    name = json.dumps("\u202e\n" + "x" * 5_000)
    refused = refusal(f'{{"a": {{{name}: {{{name}: {{{name}: NaN}}}}}}}}'.encode())
    assert len(refused.field) <= 400
    assert refused.field.isascii()
    assert refused.field.isprintable()


# --- audiences --------------------------------------------------------------------------------------------------------


def hashes(taken: Record) -> list[int]:
    return np.frombuffer(base64.b64decode(taken.data["accounts"]["hashes"]), dtype="<u8").tolist()


def estimate(image: str, *others: str) -> float:
    union = hll_union(14)
    for each in (image, image, *others):
        union.update(hll_sketch.deserialize(base64.b64decode(each)))
    return union.get_result(tgt_hll_type.HLL_8).get_estimate()


def test_account_ids_are_kept_as_salted_hashes_and_never_as_they_came() -> None:
    taken = record(accounts_observed("a1", ["id-of-1", "id-of-2", "id-of-1"], part=True))
    expected = sorted(
        int.from_bytes(hashlib.blake2b(each, digest_size=8, key=SALT).digest(), "little")
        for each in (b"id-of-1", b"id-of-2")
    )
    assert hashes(taken) == expected
    assert taken.data["accounts"]["n"] == 2
    assert taken.data["part"] is True
    assert b"id-of-" not in taken.body
    assert json.loads(taken.body)["data"] == taken.data


def test_another_salt_gives_other_hashes() -> None:
    made = accounts_observed("a1", ["x1"])
    assert hashes(record(made)) != hashes(RecordParser(b"other").parse_event(made))


def test_same_accounts_in_another_order_are_the_same_record() -> None:
    accounts = [f"account {n}" for n in range(5_000)]
    first = record(accounts_observed("a1", accounts, id="o1"))
    random.Random(1).shuffle(accounts)
    assert record(accounts_observed("a1", [*accounts, accounts[0]], id="o1")) == first


def test_accounts_unite_with_a_sketch_that_was_made_upstream_from_the_same_ids() -> None:
    accounts = [f"account {n}" for n in range(20_000)]
    listed = record(accounts_observed("a1", accounts)).data["accounts"]["sketch"]
    upstream = record(sketch_observed("a1", accounts)).data["sketch"]["data"]
    assert estimate(listed, upstream) == estimate(listed) == estimate(upstream) == pytest.approx(20_000, rel=0.03)


KINDS = (tgt_hll_type.HLL_4, tgt_hll_type.HLL_6, tgt_hll_type.HLL_8)


@pytest.mark.parametrize("lg_k", [4, 7, 8, 9, 12, 14])
@pytest.mark.parametrize("n", [0, 1, 7, 8, 24, 25, 96, 97, 200, 1_536, 1_537, 40_000])
def test_image_is_a_function_of_the_accounts_alone(lg_k: int, n: int) -> None:
    images = set()
    for kind in KINDS:
        for accounts in (range(n), reversed(range(n))):
            sketch = hll_sketch(lg_k, kind)
            for account in accounts:
                sketch.update(account)
            images |= {clean(sketch.serialize_compact()), clean(sketch.serialize_updatable())}
            union = hll_union(lg_k)
            union.update(sketch)
            images.add(clean(union.get_result(kind).serialize_compact()))
    (image,) = images
    assert clean(image) == image
    found = hll_sketch.deserialize(image)
    assert (found.lg_config_k, found.is_empty()) == (lg_k, n == 0)
    union = hll_union(lg_k)
    union.update(sketch)
    union.update(sketch)
    assert found.get_estimate() == pytest.approx(union.get_result(tgt_hll_type.HLL_8).get_estimate(), rel=1e-9)


@settings(max_examples=300)
@given(st.data())
def test_damaged_image_is_refused_or_makes_a_sound_sketch(data: Any) -> None:
    # Given to the library as they are, such images end the process.
    sketch = hll_sketch(data.draw(st.sampled_from([4, 8, 11])), data.draw(st.sampled_from(KINDS)))
    for account in range(data.draw(st.sampled_from([0, 3, 30, 3_000]))):
        sketch.update(account)
    image = bytearray(sketch.serialize_compact() if data.draw(st.booleans()) else sketch.serialize_updatable())
    for _ in range(data.draw(st.integers(1, 4))):
        image[data.draw(st.integers(0, min(len(image), 60) - 1))] = data.draw(st.integers(0, 255))
    image = image[: data.draw(st.integers(0, len(image)))] if data.draw(st.booleans()) else image
    try:
        found = hll_sketch.deserialize(clean(bytes(image)))
    except ValueError:
        return
    union = hll_union(12)
    union.update(found)
    union.update(found)
    assert union.get_result(tgt_hll_type.HLL_8).get_estimate() >= 0
    found.update("one more")


# --- times ------------------------------------------------------------------------------------------------------------


@given(st.datetimes(), st.integers(-1439, 1439), st.sampled_from("Tt"))
def test_time_is_read_as_the_instant_it_names(when: datetime, offset: int, sign: str) -> None:
    expected = instant(when.replace(tzinfo=UTC)) - offset * 60_000_000
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    text = when.isoformat(sign, "microseconds") + zone
    if instant(datetime.min.replace(tzinfo=UTC)) <= expected <= instant(datetime.max.replace(tzinfo=UTC)):
        assert instant_of(text) == expected
        assert instant(moment(expected)) == expected
    else:
        with pytest.raises(ValueError, match="years 1 to 9999"):
            instant_of(text)


def test_digits_below_a_microsecond_are_cut_and_never_rounded_up() -> None:
    assert instant_of("2018-10-20T10:00:00.999999999Z") == instant_of("2018-10-20T10:00:00.999999Z")


def test_leap_second_is_the_first_of_the_next_month() -> None:
    assert instant_of("2016-12-31T23:59:60.25Z") == instant_of("2017-01-01T00:00:00.25Z")
    assert instant_of("2017-01-01T00:59:60+01:00") == instant_of("2017-01-01T00:00:00Z")


@pytest.mark.parametrize("text", ["2016-12-30T23:59:60Z", "2016-12-31T23:59:60+01:00", "9999-12-31T23:59:60Z"])
def test_leap_second_elsewhere_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"9999|leap"):
        instant_of(text)


# --- figures ----------------------------------------------------------------------------------------------------------

_N = st.integers(0, MAX_INTEGER)
_SAID = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
_STATED = st.one_of(
    st.builds(Hedged, _N, st.none(), st.sampled_from([Qualifier.MORE_THAN, Qualifier.AT_LEAST]), _SAID),
    st.builds(Hedged, st.just(0), _N.filter(bool), st.sampled_from([Qualifier.LESS_THAN, Qualifier.AT_MOST]), _SAID),
    st.builds(lambda a, b, said: Hedged.between(min(a, b), max(a, b), said), _N, _N, _SAID),
    st.builds(
        lambda n, q, said: Hedged(n, n, q, said), _N, st.sampled_from([Qualifier.EXACTLY, Qualifier.ABOUT]), _SAID
    ),
    st.builds(Hedged.none_found, _SAID),
)


@given(_STATED)
def test_stated_figure_comes_back_from_json_as_it_was(figure: Hedged) -> None:
    assert hedged_of(json.loads(json.dumps(hedged_json(figure)))) == figure
    assert "sum" not in hedged_json(figure)


@given(st.lists(_STATED | st.just(Hedged.nothing_said()), max_size=5))
def test_sum_of_figures_comes_back_from_json_as_it_was(figures: list[Hedged]) -> None:
    total = sum((Tally.of(figure) for figure in figures), Tally()).hedged()
    assert hedged_of(json.loads(json.dumps(hedged_json(total)))) == total


@given(_STATED.filter(lambda figure: (figure.high or figure.low or 0) <= 8_500_000_000))
def test_stated_figure_is_taken_as_a_count(figure: Hedged) -> None:
    assert hedged_of(record(count_observed("a1", hedged_json(figure))).data["count"]) == figure


def test_bare_integer_is_a_counted_figure() -> None:
    assert hedged_of(7) == hedged_of({"qualifier": "exactly", "value": 7}) == Hedged.exactly(7)


@given(
    st.builds(
        Money,
        st.sampled_from(["USD", "CAD", "JPY"]),
        _STATED | st.just(Hedged.nothing_said()),
        st.sampled_from([(), ("USD",), ("USD", "CAD")]),
        st.booleans(),
    )
)
def test_money_comes_back_from_json_as_it_was_and_is_taken(money: Money) -> None:
    said = json.loads(json.dumps(money_json(money)))
    assert money_of(said) == money
    assert money_of(record(makers.statement_made(spend=said)).data["spend"]) == money


def test_money_says_its_bound_in_minor_units() -> None:
    money = Money("USD", Hedged.less_than(10_000), ("USD", "CAD"))
    assert money_json(money) == {
        "currency": "USD",
        "qualifier": "less than",
        "minor": 10_000,
        "paid_in": ["USD", "CAD"],
    }


def test_amount_that_was_not_given_is_absent_and_not_zero() -> None:
    assert money_of({"currency": "CAD"}) == Money("CAD", Hedged.nothing_said())
    assert money_of({"currency": "CAD", "minor": 0}).amount == Hedged.exactly(0)


def test_nothing_found_needs_no_currency() -> None:
    assert money_of({"qualifier": "none found"}) == Money("", Hedged.none_found())
