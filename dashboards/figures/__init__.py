"""Charts: one file each, with the same two functions.

``figure() -> dict`` is the Plotly figure (data, layout, config) that the server draws when a page opens. It holds no
records; its colours are names of CSS variables and its lengths are in rem, which the browser resolves when it draws.
``columns(view) -> dict`` are the columns of numbers that travel afterwards: ``traces`` are bound to the traces by name,
``layout`` (where there is one) replaces members of the figure's layout, ``table`` says the same in rows for those who
hear the page, and ``labels`` are what the browser places on a map.
Plotly reads tags in every text: what comes from outside goes through ``app.safetext`` before it becomes a label.
"""
