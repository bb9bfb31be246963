"""What people see: the templates, the figures and the scenes of walls and desks.

``render`` turns a view (plain dictionaries and strings, made from the board) into a page or a fragment; ``figures``
draw charts and make their columns. Nothing here counts anything.
"""
