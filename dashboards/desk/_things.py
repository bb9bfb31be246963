"""What the desk says of assets, posts and indicators: rows of plain words for their templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from app.audiences import Audience
from app.board import Board
from app.drilldown.asset import Neighbour, Place, Post, Whole
from app.drilldown.listings._cells import word
from app.drilldown.sightings import Sighting, Sightings
from app.entities import AssetState, PlainState, decoded, said
from app.findable import normalized, seen_in
from app.hedged import Hedged, Money
from app.language import N_, _, pgettext
from app.measures.reach import audience_figure
from app.networks import Network
from app.nouns import reach_verb, stage_name, surface_name
from app.numerals import localized
from app.records import hedged_of, instant_of, money_of
from app.safetext import clean, code_points, defang, lines_of, mixed_script
from app.vocabulary import IndicatorKind, Surface, TookPlace
from app.wording import money_short, short
from dashboards.desk.shell import Desk
from dashboards.figures.network_graph import mark_of

Row = dict[str, Any]

EXCERPT = 240
"""Characters of a post that a list shows."""

KINDS = {
    IndicatorKind.DOMAIN_NAME: N_("domain"),
    IndicatorKind.URL: N_("address"),
    IndicatorKind.EMAIL_ADDR: N_("e-mail address"),
    IndicatorKind.IPV4_ADDR: N_("IPv4 address"),
    IndicatorKind.IPV6_ADDR: N_("IPv6 address"),
    IndicatorKind.FILE_HASH: N_("file hash"),
    IndicatorKind.PHONE_NUMBER: N_("phone number"),
    IndicatorKind.USER_ACCOUNT: N_("user account"),
    IndicatorKind.HASHTAG: N_("hashtag"),
    IndicatorKind.TEXT: N_("text"),
}

TOOK_PLACE = {
    TookPlace.YES: N_("took place"),
    TookPlace.NO: N_("did not take place"),
    TookPlace.UNKNOWN: N_("not known whether it took place"),
}

_ADDRESSES = (IndicatorKind.DOMAIN_NAME, IndicatorKind.URL, IndicatorKind.EMAIL_ADDR, IndicatorKind.IPV4_ADDR)


def network_line(desk: Desk, network: Network) -> Row:
    """A network among what was found."""
    return {
        "id": network.id,
        "name": network.name,
        "address": f"/desk/networks/{network.id}",
        "open": network.is_open,
        "stage": stage_name(network.stage),
        "since": desk.time(network.stage_since),
    }


def asset_line(board: Board, row: Any) -> Row:
    """An asset in a list."""
    state = decoded(row.state, AssetState)
    return {
        "id": row.id,
        "name": row.name or row.id,
        "handle": said(state.facts, "handle", ""),
        "address": f"/desk/assets/{row.id}",
        **_surface(row.surface),
        "status": word(row.status),
        **home_of(board, row.home),
    }


def home_of(board: Board, home: str) -> Row:
    """The network in which something counts, as a link."""
    network = board.find(home) if home else None
    if network is None:
        return {"network": "", "network_address": ""}
    return {"network": network.name, "network_address": f"/desk/networks/{network.id}"}


def asset_words(desk: Desk, board: Board, whole: Whole) -> Row:
    """One asset, whole."""
    facts, surface = whole.state.facts, whole.state.surface
    name = said(facts, "name", "") or whole.id
    return {
        "id": whole.id,
        "name": name,
        "mixed": mixed_script(name),
        **_surface(str(surface)),
        "status": word(whole.state.status),
        "removed": _removal(desk, whole.state),
        **home_of(board, whole.home),
        **_audience(whole.audience, surface),
        "facts": _facts(desk, whole),
        "raw": [
            {"label": label, "points": code_points(text)}
            for label, text in ((_("Name"), said(facts, "name", "")), (_("Handle"), said(facts, "handle", "")))
            if text
        ],
        "ads": [_ad(id, state) for id, state in whole.ads.items()],
        "events": [_event(desk, id, state) for id, state in whole.events.items()],
        "neighbours": [_neighbour(board, each) for each in whole.neighbours],
        "links": whole.links,
        "posts": whole.posts,
        "seen": [indicator_head(kind, value) for kind, value in whole.seen],
        "named": [indicator_line(board, state) for _id, state in whole.named],
    }


def _removal(desk: Desk, state: AssetState) -> str:
    if state.removal is None:
        return ""
    removed, at, wave, by, reason = state.removal.value
    words = _("removed {time}") if removed else _("restored {time}")
    return ", ".join(filter(None, [words.format(time=desk.moment(at)), reason, wave, by]))


def _surface(text: str, otherwise: str = "") -> Row:
    """A surface with its mark; what stands there for an asset that nobody has detected."""
    if not text:
        return {"mark": "○", "surface": otherwise}
    surface = Surface.parse(text)
    return {"mark": mark_of(surface)[1], "surface": surface_name(surface)}


def _audience(audience: Audience, surface: Surface) -> Row:
    """Its followers as a figure, the sentence that goes with it, and how it is known."""
    figure, how, error = audience_figure(audience)
    if not audience.is_known:
        figure, mode = Hedged.nothing_said(), _("not observed")
    elif how == "bounded":
        mode = _("as a number that was given") if audience.sketch is None else _("between bounds")
    else:
        mode = pgettext("reach", "estimated") if error else pgettext("reach", "exact")
        if error:
            mode += _(", standard error {n} %").format(n=localized(f"{100 * error:.2g}"))
    return {
        "followers": short(figure),
        "followers_say": _("accounts {verb} it").format(verb=reach_verb(surface)),
        "mode": mode,
    }


def _facts(desk: Desk, whole: Whole) -> list[Row]:
    facts = whole.state.facts
    address = said(facts, "url", "")
    found = [
        (_("Id"), whole.id),
        (_("Handle"), said(facts, "handle", "")),
        (_("Address"), defang(address) if address else ""),
        (_("Created"), str(said(facts, "created_on", ""))),
        (_("Country shown"), said(facts, "country_shown", "")),
        (_("Language"), said(facts, "language", "")),
        (_("Detector's score"), localized(f"{said(facts, 'score'):g}") if "score" in facts else ""),
        (_("First detected"), "" if whole.state.first_at is None else desk.moment(whole.state.first_at)),
        (_("Detected by"), ", ".join(whole.state.sources)),
    ]
    return [{"label": label, "text": text} for label, text in found if text]


def _ad(id: str, state: PlainState) -> Row:
    spend = said(state.facts, "spend")
    return {
        "id": id,
        "spend": _amount(money_of(spend)) if spend else "–",
        "days": " – ".join(filter(None, (str(said(state.facts, name, "")) for name in ("first_day", "last_day")))),
        "impressions": short(hedged_of(state.facts["impressions"].value)) if "impressions" in state.facts else "–",
    }


def _amount(money: Money) -> str:
    return f"{money.currency} –" if money.amount.is_absent else money_short(money)


def _event(desk: Desk, id: str, state: PlainState) -> Row:
    starts = said(state.facts, "starts_at")
    return {
        "id": id,
        "title": said(state.facts, "title", "") or id,
        "starts": desk.moment(instant_of(starts)) if starts else "–",
        "place": said(state.facts, "place", ""),
        "interested": short(hedged_of(state.facts["interested"].value)) if "interested" in state.facts else "–",
        "took_place": _(TOOK_PLACE[TookPlace(said(state.facts, "took_place", "unknown"))]),
    }


def _neighbour(board: Board, each: Neighbour) -> Row:
    return {
        "name": each.name or each.id,
        "address": f"/desk/assets/{each.id}" if each.surface else "",
        **_surface(each.surface, _("not detected")),
        "signal": each.signal,
        "weight": localized(f"{each.weight:g}"),
        **home_of(board, each.home),
    }


def post_line(desk: Desk, post: Post) -> Row:
    """A post in a list: the beginning of its text."""
    text = " ".join(lines_of(said(post.state.facts, "text", "")))
    return {
        "id": post.id,
        "address": f"/desk/posts/{quote(post.id, safe='')}",
        "at": desk.moment(post.at),
        "text": clean(text, EXCERPT, empty=""),
        "language": said(post.state.facts, "language", ""),
    }


def poster(board: Board, row: Any) -> Row:
    """Who wrote a post."""
    if row is None:
        return {"by": "", "by_address": "", **home_of(board, "")}
    return {"by": row.name or row.id, "by_address": f"/desk/assets/{row.id}", **home_of(board, row.home)}


def post_words(desk: Desk, post: Post) -> Row:
    """One post, whole."""
    facts = post.state.facts
    text, address = said(facts, "text", ""), said(facts, "url", "")
    return post_line(desk, post) | {
        "lines": lines_of(text),
        "points": code_points(text, 2_000),
        "url": defang(address) if address else "",
        "topics": list(said(facts, "topics", ())),
        "seen": [indicator_head(kind, value) for kind, value in sorted(seen_in(text, address))],
    }


def older_address(asset: str, after: Place | None) -> str:
    """Where the posts go on."""
    return "" if after is None else f"/desk/assets/{asset}?{urlencode({'after': f'{after.at}~{after.id}'})}#posts"


def indicator_head(kind: IndicatorKind, value: str) -> Row:
    """An indicator as a link to where else it was seen; what could be opened is defanged."""
    return {
        "kind": _(KINDS[kind]),
        "value": defang(value) if kind in _ADDRESSES else value,
        "address": f"/desk/indicators?{urlencode({'kind': str(kind), 'value': value})}",
    }


def indicator_line(board: Board, state: PlainState) -> Row:
    """What somebody named as an indicator."""
    facts = state.facts
    kind = IndicatorKind(said(facts, "kind"))
    how = [said(facts, name, "") for name in ("tactic", "technique", "procedure", "comment")]
    head = indicator_head(kind, normalized(kind, said(facts, "value")))
    return head | {"how": "; ".join(filter(None, how)), **home_of(board, said(facts, "network", ""))}


def sighting_networks(board: Board, sightings: Sightings) -> list[Row]:
    """In which networks an indicator was seen, and how often; those that are merged count as one."""
    counts: dict[str, Row] = {}
    for home, by in sightings.by_home.items():
        where = home_of(board, home)
        row = counts.setdefault(where["network_address"], where | {"asset": 0, "post": 0, "indicator": 0})
        for kind, n in by.items():
            row[kind] += n
    return list(counts.values())


def sighting_line(board: Board, sighting: Sighting, names: Mapping[str, Any]) -> Row:
    """One sighting."""
    asset = names.get(sighting.asset)
    addresses = {"asset": f"/desk/assets/{sighting.entity}", "post": f"/desk/posts/{sighting.entity}"}
    state = sighting.named
    how = [] if state is None else [said(state.facts, name, "") for name in ("technique", "comment")]
    return {
        "where": {"asset": _("address of"), "post": _("post by"), "indicator": _("named")}[sighting.by],
        "id": sighting.entity,
        "address": addresses.get(sighting.by, ""),
        "by": "" if asset is None else asset.name or asset.id,
        "by_address": "" if asset is None else f"/desk/assets/{asset.id}",
        "how": "; ".join(filter(None, how)),
        **home_of(board, sighting.home),
    }
