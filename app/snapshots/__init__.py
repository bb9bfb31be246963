"""Snapshots: what a scope or a wall's scene said at one ``seq``, frozen so that a briefing can be held to it.

``content`` builds what is frozen and is pure; exports (``app.exports``) are made of that alone.
"""
