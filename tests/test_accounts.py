"""Accounts: names, roles and passwords, signing in, how often one may try, and what ends with a change."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, select

from app.access import PEOPLE, Role, Visitor, create_link, find_visitor, open_session, redeem
from app.access.accounts import (
    MOST_LETTERS,
    Account,
    account_called,
    account_changes_of,
    disable,
    enable,
    find_account,
    list_accounts,
    make_account,
    set_hash,
    set_role,
)
from app.access.links import PASSWORD_LIFETIME, create_password_link, find_link
from app.access.origins import is_own_path
from app.access.passwords import AT_ONCE, LONGEST, SHORTEST, WAITING, Passwords, check_password
from app.access.reception import (
    WITHIN,
    WRONG_FOR_A_NAME,
    WRONG_FROM_AN_ADDRESS,
    WRONG_ON_A_DEVICE,
    Reception,
    neighbourhood,
)
from app.access.sessions import sittings_of
from app.access.tables import accounts
from app.clock import FixedClock
from app.database import Database
from app.errors import BadRequest, NotFound, TooOften
from app.tables import metadata
from app.vocabulary import HOUR, MINUTE
from tests import hostile

NOW = 1_795_521_600_000_000
PASSWORD = "a lantern in the harbour"


class Counting(Argon2Hasher):
    """Argon2id at the least work there is, which says how often a hash was verified."""

    def __init__(self, passes: int = 1) -> None:
        super().__init__(passes, 8, 1)
        self.verified = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.verified += 1
        return super().verify(password, hash)


class Front:
    """A reception of a room, and the clock and the hasher that it works with."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOW)
        self.hasher = Counting()
        self.reception = self.another(self.hasher)

    def another(self, hasher: Argon2Hasher) -> Reception:
        return Reception(self.database, key=b"k" * 32, now=self.clock.now, passwords=Passwords(hasher))

    def add(self, name: str = "Ann", role: Role = Role.LEAD, password: str = PASSWORD) -> Account:
        hash = self.reception.passwords.hash(password) if password else ""
        with self.database.write() as connection:
            return make_account(connection, name, role, hash, by="tests", now=NOW)

    def enter(self, name: str = "Ann", password: str = PASSWORD, address: str = "10.0.0.1", device: str = "") -> str:
        return self.reception.sign_in(name, password, address=address, device=device).token

    def visitor(self, token: str) -> Visitor | None:
        with self.database.read() as connection:
            return find_visitor(connection, token, self.clock.now())

    def account(self, name: str = "Ann") -> Account:
        with self.database.read() as connection:
            found = account_called(connection, name)
        assert found is not None
        return found

    def said(self) -> list[str]:
        with self.database.read() as connection:
            return [f"{change.who} / {change.name}: {change.what}" for change in account_changes_of(connection, 99)]


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    with opened.write() as connection:
        metadata.create_all(connection)
    yield opened
    opened.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as writing:
        yield writing


@pytest.fixture
def front(database: Database) -> Front:
    return Front(database)


# --- passwords --------------------------------------------------------------------------------------------------------


def test_a_password_needs_ten_characters_and_has_no_more_than_256() -> None:
    for password in ("a" * SHORTEST, "a" * LONGEST, "é" * SHORTEST, " " * SHORTEST):
        check_password("new", password)
    for password, reason in (("a" * 9, "9 characters"), ("", "at least 10"), ("a" * 257, "at most 256")):
        with pytest.raises(BadRequest, match=reason):
            check_password("new", password)


def test_a_password_of_a_million_characters_is_too_long_and_no_work() -> None:
    with pytest.raises(BadRequest, match="at most 256"):
        check_password("new", "e\u0301" * 500_000)


def test_a_letter_is_the_same_however_a_keyboard_says_it() -> None:
    passwords = Passwords(Counting())
    kept = passwords.hash("caf\u00e9 am hafen")
    assert passwords.verify("cafe\u0301 am hafen", kept).is_right
    assert not passwords.verify("cafe am hafen", kept).is_right


def test_half_a_character_is_a_wrong_password_and_no_fault() -> None:
    passwords = Passwords(Counting())
    assert not passwords.verify("\ud800" * 12, passwords.hash(PASSWORD)).is_right


def test_hashes_are_argon2id_as_rfc_9106_recommends() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_no_more_hashes_wait_than_may(monkeypatch: pytest.MonkeyPatch) -> None:
    held, working = threading.Event(), threading.Semaphore(0)

    class Slow(Counting):
        def verify(self, password: str | bytes, hash: str | bytes) -> bool:
            working.release()
            held.wait(30)
            return super().verify(password, hash)

    passwords = Passwords(Slow())
    threads = [threading.Thread(target=passwords.verify, args=(PASSWORD, "")) for _ in range(AT_ONCE + WAITING)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(AT_ONCE):
            assert working.acquire(timeout=30)
        while passwords._admitted._value:  # type: ignore[attr-defined]
            assert any(thread.is_alive() for thread in threads)
        with pytest.raises(TooOften):
            passwords.verify(PASSWORD, "")
        assert not working.acquire(blocking=False)
    finally:
        held.set()
        for thread in threads:
            thread.join(30)
    assert not passwords.verify(PASSWORD, "").is_right


# --- names and roles --------------------------------------------------------------------------------------------------


def test_a_name_is_one_persons_however_it_is_written(connection: Connection) -> None:
    make_account(connection, "Ann Ström", Role.LEAD, "", by="tests", now=NOW)
    for name in ("ann ström", "ANN STRO\u0308M", "  Ann   Ström "):
        assert account_called(connection, name) is not None
        with pytest.raises(BadRequest, match="called Ann Ström already"):
            make_account(connection, name, Role.VIEWER, "", by="tests", now=NOW)
    assert account_called(connection, "Ann Strom") is None


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u202e", "x" * (MOST_LETTERS + 1), "x" * 100_000])
def test_a_name_that_cannot_be_read_or_is_too_long_is_refused(connection: Connection, name: str) -> None:
    with pytest.raises(BadRequest, match="name"):
        make_account(connection, name, Role.VIEWER, "", by="tests", now=NOW)
    assert list_accounts(connection) == []


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_are_kept_as_they_may_be_shown_or_not_at_all(connection: Connection, name: str) -> None:
    try:
        account = make_account(connection, name, Role.VIEWER, "", by="tests", now=NOW)
    except BadRequest as unfit:
        assert unfit.field == "name"  # noqa: PT017 - either is right
    else:
        assert account_called(connection, name) == account
        assert not set(account.name) & set("\0\u202e\n\u200b")


@pytest.mark.parametrize("role", [Role.WALL, Role.DETECTOR])
def test_devices_and_programs_have_no_accounts(connection: Connection, role: Role) -> None:
    with pytest.raises(BadRequest, match="viewer, analyst, lead, admin"):
        make_account(connection, "Ann", role, "", by="tests", now=NOW)


def test_an_account_that_there_is_not_is_not_found(connection: Connection) -> None:
    with pytest.raises(NotFound):
        find_account(connection, "none")


# --- signing in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_whoever_knows_the_password_is_signed_in_as_what_they_are(front: Front, role: Role) -> None:
    account = front.add(role=role)
    visitor = front.visitor(front.enter("aNN"))
    assert visitor is not None
    assert (visitor.name, visitor.role, visitor.account) == ("Ann", role, account.id)
    assert front.account().signed_in_at == NOW


def test_unknown_name_wrong_password_disabled_and_no_password_yet_get_one_answer_after_one_verification(
    front: Front,
) -> None:
    front.add()
    front.add("Bo", password="")
    with front.database.write() as connection:
        disable(connection, front_add(connection, front, "Cy"), by="tests", now=NOW)
    answers = set()
    for name, password in (
        ("Ann", "not the password"),
        ("Nobody", PASSWORD),
        ("Bo", PASSWORD),
        ("Bo", ""),
        ("Cy", PASSWORD),
    ):
        before = front.hasher.verified
        with pytest.raises(BadRequest) as wrong:
            front.enter(name, password)
        answers.add((wrong.value.field, wrong.value.reason))
        assert front.hasher.verified == before + 1
    assert answers == {("password", "name and password are not those of an account in use")}


def front_add(connection: Connection, front: Front, name: str) -> Account:
    return make_account(connection, name, Role.ANALYST, front.reception.passwords.hash(PASSWORD), by="tests", now=NOW)


def test_the_password_is_nowhere_in_the_database(front: Front) -> None:
    front.add()
    with front.database.read() as connection:
        assert PASSWORD not in repr([tuple(row) for row in connection.execute(select(accounts))])


def test_signing_in_ends_the_session_that_was_there_and_gives_a_new_token(front: Front) -> None:
    front.add()
    first = front.enter()
    second = front.reception.sign_in("Ann", PASSWORD, address="10.0.0.1", before=first).token
    assert first != second
    assert front.visitor(first) is None
    assert front.visitor(second) is not None


def test_a_hash_of_other_parameters_is_made_anew_when_its_person_signs_in(front: Front) -> None:
    front.add()
    old = front.account().hash
    front.another(Counting(passes=2)).sign_in("Ann", PASSWORD, address="10.0.0.1")
    new = front.account().hash
    assert (",t=1," in old, ",t=2," in new) == (True, True)
    front.another(Counting(passes=2)).sign_in("Ann", PASSWORD, address="10.0.0.1")
    assert front.account().hash == new


def test_an_account_that_is_disabled_while_its_password_is_verified_lets_nobody_in(front: Front) -> None:
    account = front.add()

    class Meanwhile(Counting):
        def verify(self, password: str | bytes, hash: str | bytes) -> bool:
            with front.database.write() as connection:
                disable(connection, account, by="tests", now=NOW + 1)
            return super().verify(password, hash)

    with pytest.raises(BadRequest, match="not those of an account in use"):
        front.another(Meanwhile()).sign_in("Ann", PASSWORD, address="10.0.0.1")


# --- how often --------------------------------------------------------------------------------------------------------


def try_wrongly(front: Front, times: int, **how: str) -> None:
    for _ in range(times):
        with pytest.raises(BadRequest):
            front.enter(**{"name": "Ann", "password": "not the password", **how})


def test_a_name_is_tried_only_so_often_from_however_many_addresses(front: Front) -> None:
    front.add()
    for n in range(WRONG_FOR_A_NAME):
        try_wrongly(front, 1, address=f"10.0.{n}.1", name="ann" if n % 2 else "ANN")
    verified = front.hasher.verified
    with pytest.raises(TooOften, match="10 minutes, or ask for a one-time link") as wait:
        front.enter(address="10.9.9.9")
    assert wait.value.retry_after_s == WITHIN / 1_000_000
    assert front.hasher.verified == verified
    front.clock.at += WITHIN
    assert front.enter(address="10.9.9.9")


def test_a_name_that_nobody_has_is_limited_as_any_other(front: Front) -> None:
    try_wrongly(front, WRONG_FOR_A_NAME, name="Nobody")
    with pytest.raises(TooOften):
        front.enter("Nobody")


def test_an_address_tries_only_so_often_whatever_the_names(front: Front) -> None:
    front.add()
    for n in range(WRONG_FROM_AN_ADDRESS):
        try_wrongly(front, 1, name=f"somebody {n}", address=f"2001:db8::{n:x}")
    with pytest.raises(TooOften):
        front.enter(address="2001:db8::ffff")
    assert front.enter(address="2001:db8:0:1::1")


def test_a_stranger_who_tries_a_leads_name_all_day_does_not_keep_the_lead_out(front: Front) -> None:
    front.add()
    front.enter()
    device = front.reception.device_of("Ann")
    try_wrongly(front, WRONG_FOR_A_NAME, address="10.6.6.6")
    with pytest.raises(TooOften):
        front.enter()
    assert front.enter(device=device)
    with front.database.write() as connection:
        assert redeem(connection, create_link(connection, Role.LEAD, "Ann", NOW), NOW) is not None


def test_a_known_device_is_good_for_its_own_name_and_only_so_often(front: Front) -> None:
    front.add()
    front.add("Bo")
    of_ann = front.reception.device_of("Ann")
    try_wrongly(front, WRONG_FOR_A_NAME, name="Bo", device=of_ann)
    with pytest.raises(TooOften):
        front.enter("Bo", device=of_ann)
    for forged in ("", ".", "x.y", of_ann[:-1], of_ann.partition(".")[2], "é.é"):
        with pytest.raises(TooOften):
            front.enter("Bo", device=forged)
    try_wrongly(front, WRONG_ON_A_DEVICE, device=of_ann, address="10.0.0.2")
    with pytest.raises(TooOften):
        front.enter(device=of_ann, address="10.0.0.3")


def test_what_is_right_does_not_count(front: Front) -> None:
    front.add()
    for _ in range(WRONG_FROM_AN_ADDRESS + 1):
        front.enter()


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_neighbours_in_ipv6_count_as_one(address: str, whose: str) -> None:
    assert neighbourhood(address) == whose


# --- changes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["role", "password", "disable"])
def test_a_change_of_role_or_password_and_disabling_end_all_that_a_person_had_open(front: Front, change: str) -> None:
    account = front.add()
    front.add("Bo")
    mine, bos = [front.enter(), front.enter()], front.enter("Bo")
    with front.database.write() as connection:
        mine.append(open_session(connection, Role.LEAD, "ann", NOW).token)
        screen = open_session(connection, Role.WALL, "Ann", NOW).token
        links = [create_link(connection, None, "Ann", NOW), create_password_link(connection, account, by="t", now=NOW)]
        if change == "role":
            set_role(connection, account, Role.VIEWER, by="Bo", now=NOW)
        elif change == "password":
            set_hash(connection, account, "x", "changed the password", by="Ann", now=NOW)
        else:
            disable(connection, account, by="Bo", now=NOW)
        assert [find_link(connection, link, NOW) for link in links] == [None, None]
    assert [front.visitor(token) for token in mine] == [None] * 3
    assert front.visitor(bos) is not None
    assert front.visitor(screen) is not None


def test_a_disabled_account_can_be_enabled_again_with_its_password_and_its_role(front: Front) -> None:
    account = front.add()
    with front.database.write() as connection:
        disable(connection, account, by="Bo", now=NOW)
        enable(connection, find_account(connection, account.id), by="Bo", now=NOW + 1)
    assert front.enter()


def test_every_change_is_written_down_and_what_changes_nothing_is_not(front: Front) -> None:
    account = front.add()
    with front.database.write() as connection:
        for _ in range(2):
            set_role(connection, find_account(connection, account.id), Role.ANALYST, by="Bo", now=NOW)
            disable(connection, find_account(connection, account.id), by="Bo", now=NOW)
        for _ in range(2):
            enable(connection, find_account(connection, account.id), by="Bo", now=NOW)
        create_password_link(connection, find_account(connection, account.id), by="Bo", now=NOW)
    assert front.said() == [
        "Bo / Ann: made a one-time link to set a password",
        "Bo / Ann: enabled the account",
        "Bo / Ann: disabled the account",
        "Bo / Ann: made them analyst, before lead",
        "tests / Ann: made the account, as lead",
    ]


def test_the_last_administrator_who_can_sign_in_stays_one(front: Front) -> None:
    ann = front.add(role=Role.ADMIN)
    front.add("Invited", Role.ADMIN, password="")
    gone = front.add("Gone", Role.ADMIN)
    with front.database.write() as connection:
        disable(connection, gone, by="Ann", now=NOW)
    token = front.enter()
    for act in (disable, lambda c, a, **k: set_role(c, a, Role.LEAD, **k)):
        with front.database.write() as connection, pytest.raises(BadRequest, match="Ann is the last administrator"):
            act(connection, ann, by="Ann", now=NOW)
    assert front.visitor(token) is not None
    bo = front.add("Bo", Role.ADMIN)
    with front.database.write() as connection:
        disable(connection, ann, by="Ann", now=NOW)
        with pytest.raises(BadRequest, match="Bo is the last administrator"):
            disable(connection, bo, by="Bo", now=NOW)


# --- one's own password, and links that set one -----------------------------------------------------------------------


def test_whoever_changes_their_password_goes_on_with_a_new_session_and_all_others_end(front: Front) -> None:
    front.add()
    here, there = front.enter(), front.enter()
    visitor = front.visitor(here)
    assert visitor is not None
    fresh = front.reception.change_password(visitor, PASSWORD, "another good lantern").token
    assert (front.visitor(here), front.visitor(there)) == (None, None)
    assert front.visitor(fresh) is not None
    with pytest.raises(BadRequest):
        front.enter()
    assert front.enter(password="another good lantern")
    assert front.said()[0] == "Ann / Ann: changed the password"


def test_a_wrong_old_password_or_a_new_one_that_will_not_do_changes_nothing(front: Front) -> None:
    front.add()
    token = front.enter()
    visitor = front.visitor(token)
    assert visitor is not None
    for old, new, field in (("wrong", "another good lantern", "old"), (PASSWORD, "short", "new")):
        with pytest.raises(BadRequest) as wrong:
            front.reception.change_password(visitor, old, new)
        assert wrong.value.field == field
    assert front.visitor(token) is not None
    assert front.enter()


def test_the_old_password_is_guessed_only_so_often_in_a_session_that_was_left_open(front: Front) -> None:
    front.add()
    visitor = front.visitor(front.enter())
    assert visitor is not None
    for n in range(WRONG_ON_A_DEVICE):
        with pytest.raises(BadRequest):
            front.reception.change_password(visitor, f"guess {n}", "another good lantern")
    with pytest.raises(TooOften):
        front.reception.change_password(visitor, PASSWORD, "another good lantern")


def test_whoever_came_by_a_link_of_no_account_has_no_password_to_change(front: Front) -> None:
    with pytest.raises(NotFound, match="one-time link"):
        front.reception.change_password(Visitor(Role.LEAD, "demo"), "", "another good lantern")


def test_a_link_sets_a_password_once_and_one_that_will_not_do_leaves_it_good(front: Front) -> None:
    account = front.add(password="")
    with front.database.write() as connection:
        token = create_password_link(connection, account, by="Bo", now=NOW)
        assert redeem(connection, token, NOW) is None
    with pytest.raises(BadRequest, match="at least 10"):
        front.reception.set_password(token, "short")
    opened = front.reception.set_password(token, PASSWORD)
    assert opened is not None
    assert opened.visitor.account == account.id
    assert front.reception.set_password(token, "another good lantern") is None
    assert front.enter()
    assert front.said()[0] == "Ann / Ann: set a password by a one-time link"


def test_a_link_for_a_password_lasts_a_day_and_a_newer_one_replaces_it(front: Front) -> None:
    account = front.add()
    with front.database.write() as connection:
        old, new = (create_password_link(connection, account, by="Bo", now=NOW) for _ in range(2))
    front.clock.at += PASSWORD_LIFETIME - MINUTE
    assert front.reception.link(old) is None
    assert front.reception.link(new) is not None
    front.clock.at += MINUTE
    assert front.reception.set_password(new, PASSWORD) is None


def test_a_link_for_somebody_with_an_account_is_that_accounts(front: Front) -> None:
    account = front.add(role=Role.VIEWER)
    with front.database.write() as connection:
        opened = redeem(connection, create_link(connection, None, "ANN", NOW), NOW)
        assert opened is not None
        assert (opened.visitor.name, opened.visitor.role, opened.visitor.account) == ("Ann", Role.VIEWER, account.id)
        with pytest.raises(ValueError, match="whose role is viewer"):
            create_link(connection, Role.ADMIN, "ann", NOW)
        disable(connection, account, by="Bo", now=NOW)
        with pytest.raises(ValueError, match="disabled"):
            create_link(connection, None, "Ann", NOW)
        with pytest.raises(BadRequest, match="disabled"):
            create_password_link(connection, find_account(connection, account.id), by="Bo", now=NOW)


def test_somebody_sees_their_own_sessions_the_newest_first(front: Front) -> None:
    account = front.add()
    front.add("Bo")
    front.enter()
    front.enter("Bo")
    front.clock.at += HOUR
    front.enter()
    with front.database.read() as connection:
        sittings = sittings_of(connection, account.id, front.clock.now())
    assert [(sitting.opened_at, sitting.used_at) for sitting in sittings] == [(NOW + HOUR, NOW + HOUR), (NOW, NOW)]


# --- where a sign-in leads --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/desk/walls", "/wall/focus/n1?seq=3&x=%2F%2Fy", "/desk/scenes/past?at=21:40"])
def test_a_path_of_this_site_is_one(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize(
    "path",
    ["", "desk", "//evil.example", "/\\evil.example", "\\\\evil.example", "http://evil.example", "/\t/evil.example",
     "/\n/evil.example", " /desk", "/desk\\..", "javascript:alert(1)", "/é", "/\0", "/" + "x" * 2_000],
)  # fmt: skip
def test_anything_else_is_not_followed(path: str) -> None:
    assert not is_own_path(path)
