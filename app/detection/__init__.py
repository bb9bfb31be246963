"""Detection at home: from posts (who shared or wrote what, when) to networks of accounts that act together.

``reading`` makes columns of a file, ``signals`` find which posts coincide, ``edges`` weighs how often those of two
accounts do, ``communities`` puts accounts together, ``networks`` does all of it and ``telling`` makes ordinary records
of what was found. Everything here is pure: no clock, no web framework, no chance but a seeded one, so the same posts
under the same ``Terms`` are the same records tomorrow. Who acts together is all that can be found here; who is behind
it is for people to say, and nothing here attributes anything.
"""
