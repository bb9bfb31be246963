"""The room's second language: nothing is left out, nothing stays English, and no sentence says more than it may."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from pydantic import ValidationError

from app import language
from app.access import Role
from app.countries import country_name, country_tag, names_country, the_country
from app.hedged import Hedged, Money
from app.settings import Settings
from app.vocabulary import ACCOUNTS, DAY, GROUPS, HOUR, INSTAGRAM, MINUTE, PAGES, Rung, Stage, Surface
from app.walls import Hanging, default_programme
from app.walls.changes import make_wall
from app.wording import (
    Parts,
    assets_words,
    attribution_words,
    counted,
    day,
    day_words,
    definition,
    do_not_write,
    duration,
    duration_prose,
    list_words,
    money_prose,
    no_ties_words,
    number_parts,
    paid_in_words,
    plain,
    prose,
    reach_sentence,
    rung_name,
    short,
    sibling_label,
    stage_name,
    surface_name,
)
from dashboards import wall
from dashboards.desk import repertoire
from dashboards.pages import Shown, Surroundings, render_wall
from dashboards.render import clock_words, script_words
from dashboards.scenes import ROOM, Sight, all_scenes
from tests.every_room import END, FIRST_DAY, LIMITS_S, STATES, subjects
from tests.house import house
from tests.makers import attribution_assessed, network_reported
from tests.markup import Element, parsed
from tests.room import Room, at
from tools.catalogue import marked

NARROW = "\u202f"
CODES = [code for code in language.known() if code != language.SOURCE]
PLACE = re.compile(r"\{(\w*)\}")


@pytest.fixture
def portuguese() -> Iterator[None]:
    language.use("pt_BR")
    yield
    language.use(language.SOURCE)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def texts(messages: Catalog) -> dict[tuple[str, Any], Message]:
    return {(message.context or "", message.id): message for message in messages if message.id}


def forms(said: Any) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, list | tuple) else (said,)


@pytest.mark.parametrize("code", CODES)
def test_catalogue_has_what_is_marked_and_nothing_else(code: str) -> None:
    held, wanted = texts(language.catalogue(code)), texts(marked())
    assert sorted(map(str, wanted.keys() - held.keys())) == [], "python -m tools.catalogue"
    assert sorted(map(str, held.keys() - wanted.keys())) == [], "python -m tools.catalogue"


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_translated_with_all_its_places(code: str) -> None:
    for (_context, id), message in texts(language.catalogue(code)).items():
        assert not message.fuzzy, id
        for said in forms(message.string):
            assert said, id
            assert set(PLACE.findall(said)) == set(PLACE.findall("".join(forms(id)))), id
            assert (said[:1].isspace(), said[-1:].isspace()) == (
                forms(id)[0][:1].isspace(),
                forms(id)[0][-1:].isspace(),
            )


def test_places_have_names_and_hold_nothing_but_words() -> None:
    for _context, id in texts(marked()):
        for text in forms(id):
            assert PLACE.sub("", text).find("{") == -1, text
            assert "" not in PLACE.findall(text), f"{text}: a place has a name"


def test_texts_of_scripts_come_with_the_page_and_english_ones_do_not(portuguese: None) -> None:
    words = script_words()
    assert words["Frozen at {time}. Sign it in again."] == "Congelado às {time}. Conecte-o de novo."
    assert (words["Fri"], words["Oct"], words["May"]) == ("sex", "out", "mai")
    assert "cannot be said" not in words
    language.use(language.SOURCE)
    assert script_words() == {}


def test_room_speaks_no_language_that_it_has_no_catalogue_of() -> None:
    assert language.known() == ["en", "pt_BR"]
    with pytest.raises(ValidationError, match="no language of the room"):
        Settings(language="tlh")
    with pytest.raises(ValueError, match="no language of the room"):
        language.use("../x")
    assert language.locale().language == "en"


# --- numbers, money, times --------------------------------------------------------------------------------------------

FIGURES = [
    (Hedged.exactly(7), "7", "7"),
    (Hedged.exactly(1_234), "1.234", "1.234"),
    (Hedged.exactly(12_345), "≈12,3 mil", "12.345"),
    (Hedged.about(1_020_000), "≈1,02 mi", "cerca de 1,02 milhão"),
    (Hedged.about(2_400_000), "≈2,4 mi", "cerca de 2,4 milhões"),
    (Hedged.more_than(28_000), ">28 mil", "mais de 28.000"),
    (Hedged.at_least(3_000_000_000), "≥3 bi", "pelo menos 3 bilhões"),
    (Hedged.less_than(100), "<100", "menos de 100"),
    (Hedged.at_most(1_000_000_000_000), "≤1 tri", "no máximo 1 trilhão"),
    (Hedged.between(900_000, 1_300_000), "0,9 a 1,3 mi", "entre 900.000 e 1,3 milhão"),
    (Hedged.none_found(), "nenhum", "nada encontrado"),
    (Hedged.nothing_said(), "–", "não se sabe"),
]


@pytest.mark.parametrize(("figure", "on_screen", "in_prose"), FIGURES)
def test_figures(portuguese: None, figure: Hedged, on_screen: str, in_prose: str) -> None:
    assert short(figure).replace(NARROW, " ") == on_screen
    assert prose(figure) == in_prose


@pytest.mark.parametrize(("figure", "_screen", "_prose"), FIGURES)
def test_machines_read_the_same_in_every_language(portuguese: None, figure: Hedged, _screen: str, _prose: str) -> None:
    said = plain(figure)
    language.use(language.SOURCE)
    assert said == plain(figure)


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        (Hedged.exactly(1), "1 conta"),
        (Hedged.exactly(0), "sem contas"),
        (Hedged.exactly(25_000), "25.000 contas"),
        (Hedged.about(25_000), "cerca de 25.000 contas"),
        (Hedged.about(1_020_000), "cerca de 1,02 milhão de contas"),
        (Hedged.more_than(2_000_000), "mais de 2 milhões de contas"),
        (Hedged.none_found(), "não se encontraram contas"),
        (Hedged.nothing_said(), "não se sabe o número de contas"),
    ],
)
def test_figures_with_their_nouns(portuguese: None, figure: Hedged, words: str) -> None:
    assert counted(figure, "conta", "contas") == words


@pytest.mark.parametrize(
    ("money", "on_screen", "in_prose"),
    [
        (Money("USD", Hedged.less_than(10_000)), "<US$ 100", "menos de US$ 100"),
        (Money("BRL", Hedged.more_than(4_800_000)), ">R$ 48 mil", "mais de R$ 48.000"),
        (Money("BRL", Hedged.exactly(123_456)), "R$ 1.234,56", "R$ 1.234,56"),
        (Money("EUR", Hedged.about(120_000_000)), "≈€ 1,2 mi", "cerca de € 1,2 milhão"),
        (Money("UAH", Hedged.exactly(500)), "UAH 5", "UAH 5"),
    ],
)
def test_money(portuguese: None, money: Money, on_screen: str, in_prose: str) -> None:
    assert short(money.amount, money.currency).replace(NARROW, " ") == on_screen
    assert money_prose(money).replace(NARROW, " ") == in_prose


def test_currencies_have_their_names(portuguese: None) -> None:
    one = Money("USD", Hedged.exactly(1), paid_in=("USD", "CAD"), mostly=True)
    assert paid_in_words(one) == "principalmente em dólares americanos e dólares canadenses"
    assert paid_in_words(Money("BRL", Hedged.exactly(1))) == "em reais brasileiros"


def test_parts_of_a_hero_number(portuguese: None) -> None:
    assert number_parts(Hedged.between(9_000, 13_000), columns=2) == Parts("interval", low="9", high="13", unit="mil")


@pytest.mark.parametrize(
    ("span", "brief", "in_prose"),
    [
        (30_000_000, "<1 min", "menos de um minuto"),
        (MINUTE, "1 min", "1 minuto"),
        (27 * MINUTE, "27 min", "27 minutos"),
        (95 * MINUTE, "1,5 h", "1,5 horas"),
        (51 * HOUR, "51 h", "51 horas"),
        (3 * DAY, "3 d", "3 dias"),
        (1_234 * DAY, "1.234 d", "1.234 dias"),
    ],
)
def test_durations(portuguese: None, span: int, brief: str, in_prose: str) -> None:
    assert duration(span).replace(NARROW, " ") == brief
    assert duration_prose(span) == in_prose


def test_days_and_clocks(portuguese: None) -> None:
    then = at("2018-10-26T14:32:00Z")
    assert day(then) == "26 out"
    assert day(then, weekday=True) == "sex 26 out"
    assert day(then, year=True) == "26 out 2018"
    assert day_words(date(2018, 5, 5), full=True) == "sábado, 5 de maio de 2018"
    assert clock_words(then, "America/Sao_Paulo") == {"day": "sex 26 out", "time": "11:32", "zone": "GMT-3"}


# --- nouns ------------------------------------------------------------------------------------------------------------


def test_countries(portuguese: None) -> None:
    assert [country_name(code) for code in ("BR", "US", "GB", "IR", "CD", "ZZZ")] == [
        "Brasil",
        "Estados Unidos",
        "Reino Unido",
        "Irã",
        "RD do Congo",
        "ZZZ",
    ]
    assert [country_name(code, short=True) for code in ("US", "GB", "BR")] == ["EUA", "Reino Unido", "Brasil"]
    assert [the_country(code, short=True) for code in ("IR", "RU", "US", "PH", "PT")] == [
        "o Irã",
        "a Rússia",
        "os EUA",
        "as Filipinas",
        "Portugal",
    ]
    assert (country_tag("US"), country_tag("GB")) == ("EUA", "GB")


def test_a_country_is_named_by_its_name_in_either_language_whoever_asks(portuguese: None) -> None:
    assert names_country("Operated from Iran", "IR")
    assert names_country("Operada a partir do Irã", "IR")
    assert names_country("ligada aos EUA", "US")
    assert not names_country("eua e outros", "US")
    assert not names_country("ligada à Guiné-Bissau e à Guiana Francesa", "GN")
    assert not names_country("vista na Irlanda do Norte", "IE")
    assert not names_country("linked to French Guiana", "GY")
    language.speak(language.SOURCE)
    assert names_country("Operada a partir do Irã", "IR")
    language.speak("pt_BR")
    language.use(language.SOURCE)
    assert not names_country("Operada a partir do Irã", "IR")


@pytest.fixture(autouse=True)
def _forget_what_is_spoken_here() -> Iterator[None]:
    yield
    language._here.set(None)


def test_surfaces_and_stages(portuguese: None) -> None:
    channel = Surface("youtube", "channel")
    assert [surface_name(each, many=True) for each in (PAGES, ACCOUNTS, GROUPS, INSTAGRAM, channel)] == [
        "Páginas",
        "contas",
        "grupos",
        "contas do Instagram",
        "canais do YouTube",
    ]
    assert surface_name(Surface("x", "odd_kind")) == "odd kind do X"
    assert assets_words({PAGES: 30, ACCOUNTS: 1, GROUPS: 0, INSTAGRAM: 16}) == (
        "30 Páginas, 1 conta e 16 contas do Instagram"
    )
    assert [sibling_label(each) for each in (PAGES, GROUPS, INSTAGRAM)] == ["em Páginas", "em grupos", "Instagram"]
    assert list_words(["EUA", "Brasil", "Irã"]) == "EUA, Brasil e Irã"
    assert [stage_name(stage) for stage in Stage] == [
        "Detectada",
        "Em análise",
        "Confirmada",
        "Remoção ordenada",
        "Removida",
        "Descartada",
    ]


def test_reach(portuguese: None) -> None:
    assert reach_sentence(PAGES) == "contas seguem ao menos 1 Página"
    assert reach_sentence(PAGES, one=True) == "conta segue ao menos 1 Página"
    assert reach_sentence(GROUPS, past=True) == "contas participaram de ao menos 1 grupo"
    assert reach_sentence(GROUPS, past=True, one=True) == "conta participou de ao menos 1 grupo"
    assert definition("reach", surface=PAGES, assets=30) == (
        "contas que seguiram ao menos 1 de 30 Páginas; contas, não pessoas; não limitadas a um país"
    )
    assert do_not_write("reach", Hedged.about(1_020_000), targets=["US", "BR"]) == [
        "que “cerca de 1,02 milhão” é “1,02 milhão”",
        "que 1 só Página tinha cerca de 1,02 milhão de seguidores",
        "que o lugar desses seguidores era os EUA e o Brasil",
        "que contas são pessoas",
        "que números de superfícies diferentes podem ser somados",
        "que o alcance de várias redes pode ser somado",
    ]


# --- attribution ------------------------------------------------------------------------------------------------------

SENTENCES = {
    Rung.CANNOT_SAY: "Não se pode dizer quem é responsável por Low Tide",
    Rung.ORIGINATED_IN: "Low Tide teve como lugar de origem o Irã",
    Rung.MANUAL_REVIEW_LINKED_TO: "Uma análise manual encontrou vínculo entre a atividade de Low Tide e o Irã",
    Rung.LIKELY_ON_BEHALF_OF: "Low Tide foi provavelmente operada em nome de A",
    Rung.LINKS_TO_INDIVIDUALS: "Low Tide tem vínculos com pessoas associadas a A",
    Rung.DIRECT_LINKS_TO: "Low Tide tem vínculos diretos com A",
    Rung.ATTRIBUTED_TO: "Low Tide é atribuída a A",
    Rung.ATTRIBUTED_WITH_HIGH_CONFIDENCE: "Low Tide é atribuída a A com alta confiança",
}
NAMES = {"place": "o Irã", "actor": "A"}


@pytest.mark.parametrize("ceiling", Rung)
@pytest.mark.parametrize("rung", Rung)
def test_no_sentence_is_stronger_than_what_was_approved(portuguese: None, rung: Rung, ceiling: Rung) -> None:
    shown = min(rung, ceiling, key=lambda each: each.strength)
    said = attribution_words("Obra do Irã", rung, "Low Tide", approved=ceiling, **NAMES)
    assert said == SENTENCES[shown] or (shown is rung is Rung.CANNOT_SAY and said == "Obra do Irã: não se pode dizer")
    # Without the names that a sentence needs, a claim above the ceiling is not repeated either.
    nameless = attribution_words("Obra do Irã", rung, "Low Tide", approved=ceiling)
    if rung.strength > ceiling.strength:
        assert nameless == SENTENCES[Rung.CANNOT_SAY]
    else:
        assert nameless.startswith("Obra do Irã: ")


def test_rungs_have_names_of_their_own(portuguese: None) -> None:
    assert len({rung_name(rung) for rung in Rung}) == len(Rung)
    assert attribution_words("", Rung.ATTRIBUTED_TO) == "Não se pode dizer quem é responsável por esta rede"
    assert no_ties_words("A") == "não foram encontrados vínculos com A, o que não os descarta"


# --- scenes -----------------------------------------------------------------------------------------------------------


def strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from strings(value)


def words_in(text: str, least: int = 7) -> set[str]:
    return set(re.findall(rf"[^\W\d_]{{{least},}}", text.casefold()))


@cache
def english_only() -> frozenset[str]:
    """Words of the source that no translation has."""
    catalogue = texts(language.catalogue("pt_BR"))
    source = {word for _context, id in catalogue for text in forms(id) for word in words_in(PLACE.sub("", text))}
    own = [text for message in catalogue.values() for text in forms(message.string)]
    return frozenset(source - {word for text in own for word in words_in(PLACE.sub("", text))})


@cache
def whole_texts() -> frozenset[str]:
    """Texts of the source that stand alone, and that no translation is the same as."""
    catalogue = texts(language.catalogue("pt_BR"))
    own = {text for message in catalogue.values() for text in forms(message.string)}
    return frozenset({text for _context, id in catalogue for text in forms(id) if "{" not in text} - own)


def spoken_in(page: Element) -> str:
    said = [page.text]
    for element in page:
        said += [value for name, value in element.attributes.items() if name in ("aria-label", "data-title")]
    return " ".join(said)


@pytest.fixture(
    scope="module", params=[pytest.param(each, marks=pytest.mark.long if each == "huge" else []) for each in STATES]
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, set[str]]]:
    """A room of every state, and the words that its records brought."""
    events = STATES[request.param]()
    room = Room(f"sqlite:///{tmp_path_factory.mktemp('pt') / 'room.sqlite'}", now=END, first_day=FIRST_DAY)
    room.send(events, together=500)
    brought = words_in(" ".join(strings([*events, *LIMITS_S])).replace("_", " "), 1)
    yield room, brought | {word.capitalize() for word in brought}
    room.close()


def test_english_is_known_when_it_is_seen() -> None:
    assert {"overdue", "accounts", "removed", "detected", "nothing", "networks"} <= english_only()


@pytest.mark.parametrize("name", all_scenes())
def test_every_scene_speaks_portuguese_alone(
    portuguese: None, told: tuple[Room, set[str]], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    room, brought = told
    scene = all_scenes()[name]
    foreign = english_only() - brought
    for subject in [*subjects(scene, room.board), *(["nobody"] if scene.about else [])]:
        for now in (END, END + DAY):
            drawn = wall.draw(room.board, now, scene.topics(subject), watch=room.watch, source_limits_s=LIMITS_S)
            said = json.dumps(list(strings(dict(drawn))), ensure_ascii=False)
            assert words_in(re.sub(r"<[^>]*>|\\u202f", " ", said)) & foreign == set(), subject
        sight = Sight(room.board, END, room.watch, LIMITS_S, subject)
        source = render_wall([Shown.of(scene, sight)], ROOM.draw("note", sight), Surroundings(), now=END)
        page = parsed(re.sub(r"<script.*?</script>", "", source, flags=re.DOTALL))
        assert words_in(spoken_in(page)) & foreign == set(), subject
        assert {text.strip() for element in page for text in element.texts} & whole_texts() - brought == set(), subject
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


# --- a room served ----------------------------------------------------------------------------------------------------


def test_walls_speak_the_language_of_the_room_and_programs_read_english(tmp_path: Path) -> None:
    with house(tmp_path, language="pt_BR") as home:
        try:
            page = home.client.get("/wall/situation", headers=home.bearer(Role.VIEWER)).text
            desk = home.client.get("/desk/walls", headers=home.bearer(Role.VIEWER)).text
            asked = home.client.get("/api/v1/measures", headers=home.bearer(Role.VIEWER)).json()
            wrong = home.client.get("/api/v1/walls/none", headers=home.bearer(Role.VIEWER)).json()
            nowhere = home.client.get("/desk/walls/none", headers=home.bearer(Role.VIEWER) | {"accept": "text/html"})
        finally:
            language.use(language.SOURCE)
    assert '<html lang="pt-BR"' in page
    assert '<h1 class="title">Situação</h1>' in page
    assert "data-words" in page
    assert ">Telões</h1>" in desk
    assert asked["measures"]["stages"]["definition"] == "networks by the stage they are in now, and for how long"
    assert wrong["reason"] == "there is no wall 'none'"
    assert "Não há telão" in nowhere.text


def test_english_page_has_no_words_for_scripts(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        page = home.client.get("/wall/situation", headers=home.bearer(Role.VIEWER)).text
    assert "data-words" not in page
    assert '<html lang="en"' in page


@pytest.mark.parametrize(
    "path", ["networks", "walls", "alarms", "screens", "scenes", "walls/WALL", "review", "networks/n1/review"]
)
def test_desk_speaks_portuguese_alone(tmp_path: Path, path: str) -> None:
    with house(tmp_path, language="pt_BR") as home:
        try:
            hanging = Hanging("Saguão", 600, 93)
            with home.room.database.write() as connection:
                made = make_wall(connection, hanging, default_programme(repertoire(), hanging.ratio), by="Ana", now=END)
            said = {"claim": "Operada a partir do Irã", "by": "Ana", "evidence": ["E1"]}
            source = "//fontes.exemplo/a"
            home.send(
                network_reported("n1", code_name="Saguão", source=source),
                attribution_assessed("n1", source=source, **said),
            )
            home.room.feed.look()
            address = f"/desk/{path.replace('WALL', made.id)}"
            answer = home.client.get(address, headers=home.bearer(Role.LEAD))
            foreign, whole = english_only(), whole_texts()
        finally:
            language.use(language.SOURCE)
    assert answer.status_code == 200
    # A key is the same in every language.
    page = parsed(re.sub(r"<(script|kbd).*?</\1>", "", answer.text, flags=re.DOTALL))
    assert words_in(spoken_in(page)) & foreign == set()
    assert {text.strip() for element in page for text in element.texts} & whole == set()


@pytest.mark.parametrize("path", ["/wall/pair", "/in/no-such-token", "/", "/desk/walls/none"])
def test_entrance_speaks_portuguese_alone(tmp_path: Path, path: str) -> None:
    with house(tmp_path, language="pt_BR") as home:
        try:
            answer = home.client.get(path, headers={"accept": "text/html"})
            foreign, whole = english_only(), whole_texts()
        finally:
            language.use(language.SOURCE)
    page = parsed(answer.text)
    assert words_in(spoken_in(page)) & foreign == set()
    assert {text.strip() for element in page for text in element.texts} & whole == set()
