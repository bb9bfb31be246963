"""What people decide about a network, as pure decisions: stages, work, claims and who may, whatever the order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.claims import ACTOR, Claim, disagreeing, person
from app.entities import NetworkState
from app.errors import BadRequest, Conflict, Forbidden, NotFound, WarroomError
from app.log import Entry
from app.networks import Network, network_of
from app.review import Word, attributions, stages, work
from app.vocabulary import DESK_SOURCE, HOUR, MINUTE, SECOND, TYPE_PREFIX, RecordType, Rung, Stage, isoformat
from tests import makers

NOW = 1_540_562_400_000_000


class Desk:
    """A network of which the decisions are taken in one after the other, a second apart."""

    def __init__(self, *said: makers.Event) -> None:
        self.now = NOW
        self._events: list[makers.Event] = [makers.network_reported("n1", at=NOW - HOUR)]
        for event in said:
            self.say(event)

    def say(self, event: makers.Event) -> None:
        """Take in what somebody sent."""
        self.now += SECOND
        self._events.append(event | {"time": isoformat(self.now), "id": f"r{self.now}"})

    def does(self, word: Word, by: str) -> None:
        """Take in what was decided at the desk."""
        if word.type is RecordType.RECORD_WITHDRAWN:
            gone = word.data["source"], word.data["id"]
            self._events = [event for event in self._events if (event["source"], event["id"]) != gone]
            return
        data = {**word.data, "by": by}
        self.say(
            {"specversion": "1.0", "source": DESK_SOURCE, "type": TYPE_PREFIX + word.type, "data": data}
            | {"subject": word.subject}
        )

    @property
    def network(self) -> Network:
        """As it is now."""
        state = NetworkState()
        for seq, event in enumerate(self._events, 1):
            record = makers.record(event)
            state.take(Entry(seq, record, record.occurred_at, record.occurred_at))
        return network_of("n1", state, [], [state], state.first_at or 0)

    def claim(self, at: int = -1) -> Claim:
        """One of its claims."""
        return self.network.claims[at]

    # What people do, in short.

    def propose(self, rung: Rung, claim: str = "Operated from Iran", by: str = "Ann") -> None:
        self.does(attributions.propose(self.network, claim, str(rung), ["31 of 33 accounts"]), by)

    def approve(self, by: str, at: int = -1) -> None:
        self.does(attributions.approve(self.network, self.claim(at).key, by=by, lead=True), by)

    def withdraw(self, by: str, at: int = -1, verdict: int = -1) -> None:
        claim = self.claim(at)
        id = claim.verdicts[verdict].id
        self.does(attributions.withdraw(self.network, claim.key, id, "mistaken", by=by, lead=True), by)


# --- stages -----------------------------------------------------------------------------------------------------------


def at_stage(*passed: Stage) -> Desk:
    return Desk(*(makers.stage_changed("n1", stage) for stage in passed))


def test_analyst_begins_a_review_and_decides_no_other_stage() -> None:
    network = at_stage().network
    assert stages.allowed(network, lead=False) == (Stage.UNDER_REVIEW,)
    assert stages.change(network, "under_review", "", lead=False).data == {"stage": "under_review"}
    with pytest.raises(Forbidden):
        stages.change(network, "confirmed", "sure", lead=False)
    assert stages.allowed(at_stage(Stage.UNDER_REVIEW).network, lead=False) == ()


@pytest.mark.parametrize("stage", Stage)
def test_lead_moves_a_network_to_any_other_stage(stage: Stage) -> None:
    network = at_stage(Stage.CONFIRMED).network
    assert (stage in stages.allowed(network, lead=True)) == (stage is not Stage.CONFIRMED)


@pytest.mark.parametrize(
    ("at", "to", "asked"),
    [
        (Stage.CONFIRMED, Stage.DISMISSED, True),
        (Stage.CONFIRMED, Stage.UNDER_REVIEW, True),
        (Stage.REMOVED, Stage.CONFIRMED, True),
        (Stage.DISMISSED, Stage.UNDER_REVIEW, True),
        (Stage.CONFIRMED, Stage.REMOVAL_ORDERED, False),
        (Stage.DETECTED, Stage.REMOVED, False),
    ],
)
def test_reason_is_asked_for_where_something_is_dismissed_or_goes_back(at: Stage, to: Stage, asked: bool) -> None:
    network = at_stage(at).network
    if asked:
        with pytest.raises(BadRequest, match="why: say why"):
            stages.change(network, str(to), "  ", lead=True)
    else:
        assert stages.change(network, str(to), "", lead=True).data == {"stage": str(to)}
    assert stages.change(network, str(to), " seen twice ", lead=True).data["why"] == "seen twice"


@pytest.mark.parametrize(
    ("passed", "stage"),
    [
        ((Stage.CONFIRMED, Stage.DISMISSED), Stage.CONFIRMED),
        ((Stage.UNDER_REVIEW, Stage.REMOVED), Stage.UNDER_REVIEW),
        ((Stage.CONFIRMED, Stage.REMOVED, Stage.DISMISSED), Stage.REMOVED),
        ((Stage.CONFIRMED, Stage.REMOVED, Stage.DISMISSED, Stage.REMOVED), Stage.CONFIRMED),
        ((Stage.DISMISSED,), Stage.DETECTED),
    ],
)
def test_restored_network_has_the_stage_that_it_had_before(passed: Sequence[Stage], stage: Stage) -> None:
    desk = at_stage(*passed)
    desk.does(stages.restore(desk.network, "it was none of theirs", lead=True), "Ann")
    assert desk.network.stage is stage
    assert (desk.network.stages[-1].by, desk.network.stages[-1].why) == ("Ann", "it was none of theirs")


def test_open_network_is_not_restored() -> None:
    with pytest.raises(BadRequest, match="neither removed nor dismissed"):
        stages.restore(at_stage(Stage.CONFIRMED).network, "why not", lead=True)


def test_stage_that_there_is_not_or_that_stands_is_refused() -> None:
    for stage in ("lost", "", "detected"):
        with pytest.raises(BadRequest, match="stage"):
            stages.change(at_stage().network, stage, "why", lead=True)


# --- work -------------------------------------------------------------------------------------------------------------


def test_analyst_takes_what_nobody_has_hands_it_on_and_gives_it_back() -> None:
    desk = Desk()
    with pytest.raises(Forbidden):
        work.assign(desk.network, "Bea", by="Ann", lead=False)
    desk.does(work.assign(desk.network, "Ann", by="Ann", lead=False), "Ann")
    with pytest.raises(Forbidden):
        work.assign(desk.network, "Bea", by="Bea", lead=False)
    with pytest.raises(Forbidden):
        work.take_back(desk.network, by="Bea", lead=False)
    desk.does(work.assign(desk.network, "Bea", "off shift", by="Ann", lead=False), "Ann")
    assert desk.network.assigned is not None
    assert (desk.network.assigned.to, desk.network.assigned.by) == ("Bea", "Ann")
    desk.does(work.take_back(desk.network, by="Bea", lead=False), "Bea")
    assert desk.network.assigned is None
    with pytest.raises(Conflict):
        work.take_back(desk.network, by="Bea", lead=True)


@pytest.mark.parametrize("to", ["", "  ", "...", "x" * 121])
def test_nobody_is_given_work_who_has_no_name(to: str) -> None:
    with pytest.raises(BadRequest, match="to:"):
        work.assign(Desk().network, to, by="Ann", lead=True)


def test_who_checks_out_what_another_works_on_is_told_who_and_until_when() -> None:
    desk = Desk()
    desk.does(work.check_out(desk.network, by="Ann", lead=False, now=NOW), "Ann")
    with pytest.raises(work.Held, match="Ann works on it until 10:30") as held:
        work.check_out(desk.network, by="Bea", lead=False, now=NOW + MINUTE, zone="America/New_York")
    assert (held.value.holder, held.value.until) == ("Ann", NOW + work.HOLD)


def test_check_out_ends_by_itself_is_renewed_and_checked_in() -> None:
    desk = Desk()
    desk.does(work.check_out(desk.network, by="Ann", lead=False, now=NOW), "Ann")
    later = NOW + 20 * MINUTE
    desk.does(work.check_out(desk.network, by=" ann", lead=False, now=later), "Ann")
    assert work.holder(desk.network, NOW + work.HOLD) is not None
    assert work.holder(desk.network, later + work.HOLD) is None
    with pytest.raises(Conflict, match="nobody"):
        work.check_in(desk.network, by="Ann", lead=False, now=later + work.HOLD)
    with pytest.raises(work.Held):
        work.check_in(desk.network, by="Bea", lead=False, now=later)
    desk.does(work.check_in(desk.network, by="Ann", lead=False, now=later), "Ann")
    assert work.holder(desk.network, later) is None


def test_lead_takes_over_or_ends_the_work_of_another_with_a_reason_only() -> None:
    desk = Desk()
    desk.does(work.check_out(desk.network, by="Ann", lead=False, now=NOW), "Ann")
    for decide in (work.check_out, work.check_in):
        with pytest.raises(BadRequest, match="why:"):
            decide(desk.network, by="Lea", lead=True, now=NOW)
        assert decide(desk.network, "Ann is ill", by="Lea", lead=True, now=NOW).data["why"] == "Ann is ill"


# --- claims -----------------------------------------------------------------------------------------------------------


def test_claim_below_an_actor_is_approved_by_one_lead() -> None:
    desk = Desk()
    desk.propose(Rung.MANUAL_REVIEW_LINKED_TO)
    assert (desk.network.approved, desk.claim().waits) == (None, True)
    desk.approve("Lea")
    assert desk.network.approved is Rung.MANUAL_REVIEW_LINKED_TO
    assert (desk.claim().by, desk.claim().approved_by) == ("Ann", ("Lea",))


@pytest.mark.parametrize("again", ["Lea", "lea ", "L e a", "Léa", "Ｌｅａ", "LEA.", "Le\u200ba"])
def test_actor_is_not_named_by_one_person_under_two_spellings(again: str) -> None:
    desk = Desk()
    desk.propose(Rung.ATTRIBUTED_TO)
    desk.approve("Lea")
    with pytest.raises(Conflict, match="another person"):
        desk.approve(again)
    assert desk.network.approved is None
    desk.approve("Max")
    assert desk.network.approved is Rung.ATTRIBUTED_TO


def test_analyst_approves_rejects_and_takes_back_nothing() -> None:
    desk = Desk()
    desk.propose(Rung.ORIGINATED_IN)
    key = desk.claim().key
    with pytest.raises(Forbidden):
        attributions.approve(desk.network, key, by="Ann", lead=False)
    with pytest.raises(Forbidden):
        attributions.reject(desk.network, key, "no", lead=False)
    desk.approve("Lea")
    with pytest.raises(Forbidden):
        attributions.withdraw(desk.network, key, desk.claim().verdicts[0].id, "no", by="Ann", lead=False)


def test_names_that_a_sender_wrote_approve_no_actor() -> None:
    desk = Desk(makers.attribution_assessed("n1", ACTOR, approved_by=["Lea", "Max"], source=makers.SOURCE))
    assert (desk.network.approved, desk.claim().approved_by) == (None, ())
    desk.approve("Lea")
    assert desk.network.approved is None
    desk.approve("Max")
    assert desk.network.approved is ACTOR


def test_verdict_that_a_sender_wrote_is_none() -> None:
    desk = Desk()
    desk.propose(ACTOR)
    claim = desk.claim()
    about = {"claim_source": claim.source, "claim_id": claim.id, "verdict": "approved", "claim": claim.claim}
    for by in ("Lea", "Max"):
        desk.say(makers.attribution_assessed("n1", ACTOR, by=by, **about))
    assert desk.network.approved is None
    assert desk.network.claims[0].verdicts == ()


def test_approvals_of_different_claims_do_not_add_up() -> None:
    desk = Desk()
    desk.propose(ACTOR, "Run for the Agency")
    desk.propose(ACTOR, "Run for the Ministry")
    desk.approve("Lea", 0)
    desk.approve("Max", 1)
    assert desk.network.approved is None


def test_withdrawn_approval_lets_the_ceiling_fall_to_what_stood_before() -> None:
    desk = Desk()
    desk.propose(Rung.MANUAL_REVIEW_LINKED_TO)
    desk.approve("Lea")
    desk.propose(ACTOR, "Run for the Agency")
    desk.approve("Lea")
    desk.approve("Max")
    assert desk.network.approved is ACTOR
    desk.withdraw("Lea", verdict=0)
    assert desk.network.approved is Rung.MANUAL_REVIEW_LINKED_TO
    desk.approve("Lea")
    assert desk.network.approved is ACTOR


def test_ceiling_is_what_was_approved_last_and_not_what_was_proposed_last() -> None:
    desk = Desk()
    desk.propose(Rung.MANUAL_REVIEW_LINKED_TO)
    desk.propose(Rung.CANNOT_SAY, "Directed by the Iranian government", by="Bea")
    desk.approve("Lea", 1)
    desk.approve("Lea", 0)
    assert desk.network.approved is Rung.MANUAL_REVIEW_LINKED_TO


def test_rejected_claim_sets_no_ceiling_and_a_rejection_can_be_taken_back() -> None:
    desk = Desk()
    desk.propose(Rung.ORIGINATED_IN)
    desk.approve("Lea")
    with pytest.raises(BadRequest, match="why:"):
        attributions.reject(desk.network, desk.claim().key, " ", lead=True)
    desk.does(attributions.reject(desk.network, desk.claim().key, "shared hosting", lead=True), "Max")
    assert (desk.network.approved, desk.claim().waits) == (None, False)
    assert desk.claim().rejected is not None
    with pytest.raises(Conflict, match="Max has rejected"):
        desk.approve("Lea")
    desk.withdraw("Max")
    assert desk.network.approved is Rung.ORIGINATED_IN


def test_claim_moves_up_and_down_with_a_reason_and_needs_the_approval_of_its_new_rung() -> None:
    desk = Desk()
    desk.propose(Rung.MANUAL_REVIEW_LINKED_TO)
    desk.approve("Lea")
    first = desk.claim()
    with pytest.raises(BadRequest, match="why:"):
        attributions.move(desk.network, first.key, str(ACTOR), [], "")
    desk.does(attributions.move(desk.network, first.key, str(ACTOR), ["a bank transfer"], "new evidence"), "Bea")
    assert desk.network.approved is Rung.MANUAL_REVIEW_LINKED_TO, "what was approved stands until the move is"
    assert (desk.claim().claim, desk.claim().evidence) == ("Operated from Iran", ("a bank transfer",))
    assert desk.claim().moves == (first.source, first.id)
    desk.approve("Lea")
    assert desk.network.approved is Rung.MANUAL_REVIEW_LINKED_TO
    desk.approve("Max")
    assert desk.network.approved is ACTOR
    desk.does(attributions.move(desk.network, desk.claim().key, "cannot_say", [], "years later"), "Bea")
    desk.approve("Lea")
    assert desk.network.approved is Rung.CANNOT_SAY


@pytest.mark.parametrize(
    ("claim", "rung", "evidence", "field"),
    [
        (" ", "cannot_say", ["a"], "claim"),
        ("x" * 1001, "cannot_say", ["a"], "claim"),
        ("Run from Iran", "sure", ["a"], "rung"),
        ("Run from Iran", "", ["a"], "rung"),
        ("Run from Iran", "cannot_say", ["", "  "], "evidence"),
        ("Run from Iran", "cannot_say", ["x"] * 41, "evidence"),
        ("Run from Iran", "cannot_say", ["x" * 1001], "evidence"),
    ],
)
def test_claim_that_will_not_do_is_refused_by_its_field(claim: str, rung: str, evidence: list[str], field: str) -> None:
    with pytest.raises(BadRequest) as refused:
        attributions.propose(Desk().network, claim, rung, evidence)
    assert refused.value.field == field


def test_same_claim_is_not_proposed_twice_while_it_waits() -> None:
    desk = Desk()
    desk.propose(Rung.ORIGINATED_IN)
    with pytest.raises(Conflict, match="Ann has proposed the same"):
        desk.propose(Rung.ORIGINATED_IN, "operated from IRAN", by="Bea")
    with pytest.raises(NotFound):
        attributions.approve(desk.network, "no such key", by="Lea", lead=True)


@pytest.mark.parametrize(
    ("one", "other", "disagree"),
    [
        (("Ann", "Operated from Iran", "originated_in"), ("Bea", "operated from Iran", "cannot_say"), True),
        (("Ann", "Operated from Iran", "originated_in"), ("Ann", "Operated from Iran", "cannot_say"), False),
        (("Ann", "Operated from Iran", "originated_in"), ("Bea", "Operated from Russia", "originated_in"), True),
        (("Ann", "Operated from Iran", "originated_in"), ("Bea", "One operation", "manual_review_linked_to"), False),
        (("Ann", "Operated from Iran", "originated_in"), ("Bea", "Directed by Russia", "cannot_say"), False),
    ],
)
def test_claims_disagree_that_cannot_be_so_together(
    one: tuple[str, str, str], other: tuple[str, str, str], disagree: bool
) -> None:
    desk = Desk()
    for by, claim, rung in (one, other):
        desk.propose(Rung(rung), claim, by)
    assert len(disagreeing(desk.network.claims)) == (2 if disagree else 0)


def test_proposed_move_and_a_rejected_claim_contradict_nothing() -> None:
    desk = Desk()
    desk.propose(Rung.ORIGINATED_IN)
    desk.does(attributions.move(desk.network, desk.claim().key, str(ACTOR), [], "new evidence"), "Bea")
    assert disagreeing(desk.network.claims) == []
    desk.propose(Rung.ORIGINATED_IN, "Operated from Russia", "Cho")
    assert len(disagreeing(desk.network.claims)) == 3
    desk.does(attributions.reject(desk.network, desk.claim().key, "a proxy", lead=True), "Lea")
    assert disagreeing(desk.network.claims) == []


PERSONS = {"Lea": 1, " lea": 1, "Léa": 1, "L.E.A": 1, "Max": 2, "MAX ": 2, "Kim": 3}
"""Spellings, and whose they are."""

_acts = st.one_of(
    st.tuples(st.just("propose"), st.sampled_from(list(Rung)), st.sampled_from(["Run for A", "Run for B"])),
    st.tuples(st.just("approve"), st.integers(0, 5), st.sampled_from(list(PERSONS))),
    st.tuples(st.just("approve"), st.integers(0, 5), st.sampled_from(list(PERSONS))),
    st.tuples(st.just("reject"), st.integers(0, 5), st.sampled_from(list(PERSONS))),
    st.tuples(st.just("withdraw"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from(list(Rung))),
    st.tuples(st.just("send"), st.sampled_from(list(Rung)), st.lists(st.sampled_from(list(PERSONS)), min_size=1)),
)


@given(st.lists(_acts, max_size=25), st.booleans())
def test_no_actor_is_ever_named_by_fewer_than_two_persons_at_the_desk(acts: list[Any], alone: bool) -> None:
    desk = Desk()
    # Who has approved or rejected which claim, by what was asked for and nothing that was computed from it.
    given: dict[str, dict[str, tuple[str, int]]] = {}
    for act, what, which in acts:
        try:
            if act == "propose":
                desk.propose(what, which)
            elif act == "send":
                said = makers.attribution_assessed("n1", what, claim="Run for C", by="x", approved_by=which)
                desk.say(said | {"source": makers.SOURCE})
            else:
                claim = desk.claim(what % len(desk.network.claims)) if desk.network.claims else None
                if claim is None:
                    continue
                if act == "move":
                    desk.does(attributions.move(desk.network, claim.key, str(which), [], "since"), "Ann")
                elif act == "withdraw":
                    verdict = claim.verdicts[which % len(claim.verdicts)].id if claim.verdicts else "none"
                    word = attributions.withdraw(desk.network, claim.key, verdict, "since", by="Lea", lead=True)
                    desk.does(word, "Lea")
                    del given[claim.key][verdict]
                else:
                    by = " Lea" if alone else which
                    decide = attributions.approve if act == "approve" else attributions.reject
                    said_by: dict[str, Any] = {"by": by} if act == "approve" else {"why": "no"}
                    desk.does(decide(desk.network, claim.key, lead=True, **said_by), by)  # type: ignore[operator]
                    newest = next(each for each in desk.network.claims if each.key == claim.key).verdicts[-1]
                    given.setdefault(claim.key, {})[newest.id] = (act, 1 if alone else PERSONS[which])
        except WarroomError:
            pass
        network = desk.network
        if network.approved is not None and network.approved.strength >= ACTOR.strength:
            assert network.ceiling is not None
            told = given.get(network.ceiling.key, {}).values()
            assert len({who for act, who in told if act == "approve"}) >= 2
            assert not any(act == "reject" for act, _ in told)


def test_persons_are_told_apart_by_letters_and_digits() -> None:
    assert len({person(name) for name in PERSONS}) == 3
    assert person("Ann 1") != person("Ann 2")
