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
from dashboards.desk.detectors import detectors_router
from dashboards.desk.review_api import review_api
from dashboards.desk.screens import screens_router
from dashboards.desk.shell import Desk
from dashboards.desk.walls import walls_router

__all__ = [
    "Desk",
    "alarms_api",
    "alarms_router",
    "asked_for",
    "bulk_router",
    "detectors_router",
    "repertoire",
    "review_api",
    "screens_router",
    "walls_api",
    "walls_router",
]
