"""The desk: pages in px for people who sit at one, and the same actions for programs.

Pages are plain HTML: forms that post and are answered with 303, or with the same page, what was typed, and a sentence
beside each field that will not do. Parts marked ``data-again`` are asked for anew every two seconds
(static/js/desk.js).
"""

from __future__ import annotations

from dashboards.desk._repertoire import asked_for, repertoire
from dashboards.desk.alarms import alarms_router
from dashboards.desk.alarms_api import alarms_api
from dashboards.desk.api import walls_api
from dashboards.desk.bulk import bulk_router
from dashboards.desk.comparison import comparison_api, comparison_router
from dashboards.desk.detectors import detectors_router
from dashboards.desk.disowning_api import disowning_api
from dashboards.desk.finding import finding_router
from dashboards.desk.graph import Graphs, graph_router
from dashboards.desk.merging import merging_router
from dashboards.desk.merging_api import merging_api
from dashboards.desk.network import network_router
from dashboards.desk.networks import networks_router
from dashboards.desk.people import People
from dashboards.desk.review import review_router
from dashboards.desk.review_api import review_api
from dashboards.desk.scheduling import scheduling_api, scheduling_router
from dashboards.desk.screens import screens_router
from dashboards.desk.sharing import sharing_api, sharing_router
from dashboards.desk.shell import Desk
from dashboards.desk.snapshots import snapshots_router
from dashboards.desk.snapshots_api import snapshots_api
from dashboards.desk.splitting import splitting_router
from dashboards.desk.suggestions import suggestions_router
from dashboards.desk.undoing import undoing_router
from dashboards.desk.walls import walls_router
from dashboards.desk.you import you_router

__all__ = [
    "Desk",
    "Graphs",
    "People",
    "alarms_api",
    "alarms_router",
    "asked_for",
    "bulk_router",
    "comparison_api",
    "comparison_router",
    "detectors_router",
    "disowning_api",
    "finding_router",
    "graph_router",
    "merging_api",
    "merging_router",
    "network_router",
    "networks_router",
    "repertoire",
    "review_api",
    "review_router",
    "scheduling_api",
    "scheduling_router",
    "screens_router",
    "sharing_api",
    "sharing_router",
    "snapshots_api",
    "snapshots_router",
    "splitting_router",
    "suggestions_router",
    "undoing_router",
    "walls_api",
    "walls_router",
    "you_router",
]
