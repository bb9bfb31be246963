"""The tables. ``log`` is the truth; ``warroom rebuild`` makes everything under *views of the log* again from it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# --- the log and what stands beside it --------------------------------------------------------------------------------

log = Table(
    "log",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text),
    Column("occurred_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("counted_at", BigInteger, nullable=False),
    Column("principal", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    UniqueConstraint("source", "event_id", name="uq_log_source_event_id"),
    Index("ix_log_type_seq", "type", "seq"),
)
"""One row a record, never updated nor deleted. Instants in microseconds; ``chain`` is keyed over the row before it."""

head = Table(
    "head",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Column("epoch", Text, nullable=False),
)
"""One row (id 1): the last ``seq`` and its chain value; ``epoch`` changes when a log is restored from a backup."""

refused = Table(
    "refused",
    metadata,
    Column("id", Text, primary_key=True),
    Column("received_at", BigInteger, nullable=False, index=True),
    Column("door", Text, nullable=False),
    Column("principal", Text, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text),
    Column("event_id", Text),
    Column("body", LargeBinary, nullable=False),
)
"""Bodies that did not become records, for the operator to look at. ``place`` is the index in the batch or the line."""

# --- the walls: set up by people, and no views of the log -------------------------------------------------------------

walls = Table(
    "walls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("distance_cm", BigInteger, nullable=False),
    Column("height_cm", BigInteger, nullable=False),
    Column("programme", Text, nullable=False),
    Column("pinned", Text),
    Column("on_alarm", Boolean, nullable=False),
    Column("blank", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("replay", Text),
    Column("paired_at", BigInteger, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)
"""What each wall is to show. ``programme`` and ``pinned`` are JSON; ``mode`` is live, replay or exercise."""

wall_changes = Table(
    "wall_changes",
    metadata,
    Column("wall", Text, primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
)
"""Who changed what about a wall, in words: only ever added to. ``place`` counts from 1 within a wall."""

attendance = Table(
    "attendance",
    metadata,
    Column("process", Text, primary_key=True),
    Column("written_at", BigInteger, nullable=False),
    Column("screens", LargeBinary, nullable=False),
)
"""Which screens are connected to each of several processes, as JSON."""

graph_positions = Table(
    "graph_positions",
    metadata,
    Column("network", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("positions", LargeBinary, nullable=False),
)
"""Where the nodes of each network's graph stand, so that the picture is the same tomorrow (app/graph.py). ``digest`` is
that of the graph that was drawn. No view of the log: a picture that is lost is drawn again, and may be another one."""

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("no", BigInteger, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("tlp", Text, nullable=False),
    Column("names", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("embargo_until", BigInteger),
    Column("subject", Text, nullable=False),
    Index("ix_snapshots_subject", "subject", "epoch", "seq"),
)
"""What was frozen for briefings: only ever added to, each with its record ``snapshot.frozen`` in one transaction, whose
``seq`` is ``no``. ``body`` is canonical JSON and ``sha256`` its digest; ``words`` are what is searched, folded, and
``subject`` is the same for snapshots of the same scope or scene."""

snapshot_shares = Table(
    "snapshot_shares",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("snapshot", Text, nullable=False),
    Column("formats", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),
    Column("opened_at", BigInteger),
    Column("opened", BigInteger, nullable=False, server_default="0"),
    Index("ix_snapshot_shares_snapshot", "snapshot"),
)
"""Links by which anybody reads one snapshot. ``digest`` is the SHA-256 of the secret, ``id`` what people call the link;
``formats`` are separated by spaces. Times are real ones (µs)."""

snapshot_schedules = Table(
    "snapshot_schedules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("every_h", BigInteger, nullable=False),
    Column("times", Text, nullable=False),
    Column("filters", Text, nullable=False),
    Column("scene", Text, nullable=False),
    Column("tlp", Text, nullable=False),
    Column("names", Boolean, nullable=False),
    Column("formats", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("mail", Boolean, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("try_at", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("failed", Text, nullable=False),
    Column("last_at", BigInteger),
    Column("last_snapshot", Text),
    Column("embargo_h", BigInteger, nullable=False),
)
"""When briefings are frozen by themselves: every ``every_h`` hours, or at local ``times`` where that is 0. ``next_at``
is when the next is due, ``try_at`` when it is tried, later where it ``failed``. ``filters`` is JSON. ``embargo_h`` says
for how many hours each is under embargo, 0 for none."""

# --- views of the log -------------------------------------------------------------------------------------------------

withdrawn = Table(
    "withdrawn",
    metadata,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
)
"""Records that no longer hold, whether or not they have arrived yet."""

disowned = Table(
    "disowned",
    metadata,
    Column("source", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
)
"""Sources of which nothing holds since an instant (µs)."""

trail = Table(
    "trail",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
)
"""Which records speak about which entity."""

networks = Table(
    "networks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
assets = Table(
    "assets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("home", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_detected_at", BigInteger),
    Column("removed_at", BigInteger),
    Column("created_on", Text),
    Column("state", Text, nullable=False),
    Index("ix_assets_of_network", "home", "surface", "status", "id", "created_on", "first_detected_at"),
)
"""``status``: unknown (spoken of, not detected), listed, removed or restored. ``home`` is empty where none is known;
``created_on`` is a day as it was said. The index holds all that a network's page asks of all its assets: 20,000 of them
lie all over the table."""

audiences = Table(
    "audiences",
    metadata,
    Column("asset", Text, primary_key=True),
    Column("hashes", LargeBinary),
    Column("sketch", LargeBinary),
    Column("counts", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("low", BigInteger),
    Column("high", BigInteger),
)
"""The audience of one asset: sorted 64-bit hashes where every account is known, an HLL image, and bare counts. ``last``
holds the versions of the latest record in it and of the latest that is no part. ``low`` and ``high`` are the ends of
its figure, to sort by: no ``low`` where nothing is known, no ``high`` where the upper end is open."""

ads = Table(
    "ads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("asset", Text, nullable=False, index=True),
    Column("home", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("state", Text, nullable=False),
)
events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("places", Text, nullable=False),
    Column("shared", Boolean, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
"""``places`` are the pairs of home and platform in which an event counts; one in several is ``shared``."""

event_assets = Table(
    "event_assets",
    metadata,
    Column("event", Text, primary_key=True),
    Column("asset", Text, primary_key=True, index=True),
)
posts = Table(
    "posts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("asset", Text, nullable=False),
    Column("posted_at", BigInteger),
    Column("state", Text, nullable=False),
    Index("ix_posts_asset_posted_at", "asset", "posted_at"),
)
"""``asset`` is empty where no record of it holds."""

links = Table(
    "links",
    metadata,
    Column("id", Text, primary_key=True),
    Column("a", Text, nullable=False, index=True),
    Column("b", Text, nullable=False, index=True),
    Column("signal", Text, nullable=False),
    Column("weight", Float, nullable=False),
    Column("state", Text, nullable=False),
)
"""Links without a direction, ``a`` before ``b``; both are empty where no record of it holds."""

indicators = Table(
    "indicators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("network", Text, nullable=False, index=True),
    Column("asset", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
"""What somebody named as an indicator, and of which network or asset; empty where that was not said."""

sightings = Table(
    "sightings",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("by", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Index("ix_sightings_entity", "entity"),
)
"""Where an indicator was seen: in the address of an asset, in a post, or by somebody's word (``by`` says which)."""


def _words(name: str) -> Table:
    """What is searched. ``no`` is the row of the full-text index, which migration 0007 makes in each database's way."""
    return Table(
        name,
        metadata,
        Column("no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("id", Text, nullable=False, unique=True),
        Column("words", Text, nullable=False),
    )


asset_words = _words("asset_words")
post_words = _words("post_words")
indicator_words = _words("indicator_words")
elections = Table(
    "elections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
alarms = Table(
    "alarms",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("state", Text, nullable=False),
)
merges = Table(
    "merges",
    metadata,
    Column("absorbed", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("survivor", Text, nullable=False),
)
"""Who was merged into whom, ``survivor`` empty once that is undone. A network that was absorbed keeps its own rollup;
scopes fold it under the survivor."""

sources = Table(
    "sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("recorded_at", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("types", Text, nullable=False),
)
"""Who sends records: its newest one, how many there are, and of which types (separated by spaces)."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("source", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("records", BigInteger, nullable=False),
    Column("lags", Text, nullable=False),
)
"""What a source sent in a quarter of an hour: how many records, and how many of each class of lag (app/arrivals.py)."""

rollups = Table(
    "rollups",
    metadata,
    Column("home", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("bag", Text, nullable=False),
    Column("first_detected_at", BigInteger),
)
reaches = Table(
    "reaches",
    metadata,
    Column("home", Text, primary_key=True),
    Column("surface", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, index=True),
    Column("assets", BigInteger, nullable=False),
    Column("observed", BigInteger, nullable=False),
    Column("hashes", LargeBinary),
    Column("sketch", LargeBinary),
    Column("numbers", Text, nullable=False),
)
"""The united audience of one network on one surface: ``observed`` of ``assets`` have an audience at all.
``numbers`` are the sum and the largest of the bare counts (``app.audiences.Counts``)."""

VIEWS = (
    withdrawn,
    disowned,
    trail,
    networks,
    assets,
    audiences,
    ads,
    events,
    event_assets,
    posts,
    links,
    indicators,
    sightings,
    asset_words,
    post_words,
    indicator_words,
    elections,
    alarms,
    merges,
    sources,
    arrivals,
    rollups,
    reaches,
)
"""The tables that ``rebuild`` empties and makes again."""
