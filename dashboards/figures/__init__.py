"""Charts: one file each, with the same two functions.

``figure() -> dict`` is the Plotly figure (data, layout, config) that the server draws when a page opens. It holds no
records; its colours are names of CSS variables and its lengths are in rem, which the browser resolves when it draws.
``columns(view) -> dict`` are the columns of numbers that travel afterwards and are bound to the traces by name, with
what stands beside the picture: its labels and its table.
"""
