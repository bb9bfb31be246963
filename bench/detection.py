"""Detection at home against a published toolkit: ``python -m bench.detection [--data FOLDER] [--python PROGRAM]``.

With a folder of detectors' data (``WARROOM_BENCH_DATA``; below it ``detectors/``) the edges and components of
``russian_coord_tweets.csv`` under 60 s and two posts are compared in full with those that coordination-network-toolkit
1.5.2 gave, which lie beside it. With a Python that has the toolkit (``WARROOM_BENCH_TOOLKIT``) both do the same job by
turns: read the file, find the edges, put the components together. Each starts when its modules are loaded, so that
neither pays for a program's start. Without data the posts are made, and only timed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app.detection.networks import communities_of, find_edges
from app.detection.reading import read_posts
from app.detection.terms import Terms

POSTS = "russian_coord_tweets.csv"
EDGES = "russian_coretweet_w60_min2.edges.csv"
COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
ROUNDS = 7
"""Turns of either side; the medians are compared."""

MADE = 1_000_000
"""Posts that are made, to see how it grows."""

TOOLKIT = """
import json, os, sys, tempfile, time
import networkx
from coordination_network_toolkit.preprocess import preprocess_csv_files
from coordination_network_toolkit.compute_networks import compute_co_retweet_parallel
from coordination_network_toolkit.graph import load_networkx_graph

if __name__ == "__main__":
    out, sys.stdout = sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "posts.db")
        began = time.perf_counter()
        preprocess_csv_files(path, [sys.argv[1]])
        compute_co_retweet_parallel(path, 60, n_threads=os.cpu_count(), min_edge_weight=2)
        graph = load_networkx_graph(path, "co_retweet", n_messages=0)
        components = list(networkx.connected_components(graph.to_undirected()))
        taken = time.perf_counter() - began
        edges = [[a, b, w] for a, b, w in graph.edges(data="weight")]
    print(json.dumps({"s": taken, "edges": edges, "components": sorted(map(sorted, components))}), file=out)
"""

Weights = dict[tuple[str, str], int]


def ours(path: Path) -> tuple[float, Weights, list[list[str]]]:
    """The seconds that it took, the edges and the components."""
    terms = Terms()
    began = time.perf_counter()
    with path.open("rb") as file:
        posts = read_posts(file, texts=False).posts
    edges = find_edges(posts, terms)
    communities = communities_of(posts, edges, terms)
    taken = time.perf_counter() - began
    (found,) = edges.values()
    ends = zip(found.a.tolist(), found.b.tolist(), found.weight.tolist(), strict=True)
    names = posts.accounts
    return (
        taken,
        {(names[a], names[b]): weight for a, b, weight in ends},
        sorted([names[account] for account in accounts] for accounts in communities),
    )


def theirs(python: str, path: Path) -> tuple[float, Weights, list[list[str]]]:
    """The same by the toolkit, in a program of its own that is started anew."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "toolkit.py"
        program.write_text(TOOLKIT, encoding="utf-8")
        done = subprocess.run([python, program, path], check=True, capture_output=True, text=True)
    said = json.loads(done.stdout)
    return said["s"], {(a, b): weight for a, b, weight in said["edges"]}, said["components"]


def as_theirs(path: Path, folder: Path) -> Path:
    """The posts in the columns of the toolkit."""
    made = folder / "posts.csv"
    with path.open(encoding="utf-8", newline="") as file, made.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)
        for row in csv.DictReader(file):
            account = row["account_id"]
            rows.writerow([row["content_id"], account, "", row["object_id"], "", "", row["timestamp_share"], ""])
    return made


def components_of(edges: Weights) -> list[list[str]]:
    """The components that published edges make, the plain way."""
    home: dict[str, set[str]] = {}
    for a, b in edges:
        joined = home.get(a, {a}) | home.get(b, {b})
        for account in joined:
            home[account] = joined
    return sorted(map(list, {tuple(sorted(accounts)) for accounts in home.values()}))


def compare(folder: Path, python: str) -> None:
    """The published output in full, then the toolkit by turns."""
    posts, published = folder / POSTS, folder / EDGES
    if not posts.is_file() or not published.is_file():
        print(f"  not compared: no {POSTS} with {EDGES}; name their folder by --data or WARROOM_BENCH_DATA")
        return
    with published.open(encoding="utf-8", newline="") as file:
        known: Weights = {(row["source"], row["target"]): int(row["weight"]) for row in csv.DictReader(file)}
    _, edges, components = ours(posts)
    same = edges == known and components == components_of(known)
    verdict = "the same as published" if same else "NOT the same as published"
    print(f"  {len(edges)} edges with their weights and {len(components)} components: {verdict}")
    if not same:
        raise SystemExit(1)
    if not python:
        taken = statistics.median(ours(posts)[0] for _ in range(ROUNDS))
        print(f"  {taken * 1e3:.0f} ms; the toolkit is not compared: name a Python that has it, by --python")
        return
    with tempfile.TemporaryDirectory() as made:
        for name, path in (("its own columns", posts), ("the toolkit's columns", as_theirs(posts, Path(made)))):
            turns = [(ours(path), theirs(python, as_theirs(posts, Path(made)))) for _ in range(ROUNDS)]
            if any(one[1:] != (other[1], other[2]) for one, other in turns):
                raise SystemExit("  NOT the same as the toolkit found in this run")
            one, other = (statistics.median(turn[side][0] for turn in turns) for side in (0, 1))
            ratio = other / one
            print(f"  {name}: {one * 1e3:.0f} ms, toolkit {other * 1e3:.0f} ms: {ratio:.1f} x as fast (goal: 20)")


def grow(folder: Path) -> None:
    """A million posts that were made: how long reading and finding take."""
    chance = random.Random(4)
    path = folder / "made.csv"
    with path.open("w", encoding="ascii") as file:
        file.write("object_id,account_id,content_id,timestamp_share\n")
        for number in range(MADE):
            shared, account = int(chance.paretovariate(0.7)) % 200_000, chance.randrange(100_000)
            file.write(f"o{shared},u{account},p{number},{1_600_000_000 + chance.randrange(30 * 86_400)}\n")
    taken, edges, components = ours(path)
    print(f"  {MADE:,} made posts: {taken:.1f} s, {len(edges)} edges, {len(components)} components")


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare and time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("WARROOM_BENCH_DATA", ""), help="folder with detectors/")
    parser.add_argument("--python", default=os.environ.get("WARROOM_BENCH_TOOLKIT", ""), help="has the toolkit")
    asked = parser.parse_args(arguments)
    data = Path(asked.data)
    compare(data / "detectors" if (data / "detectors").is_dir() else data, asked.python)
    with tempfile.TemporaryDirectory() as folder:
        grow(Path(folder))


if __name__ == "__main__":
    main()
