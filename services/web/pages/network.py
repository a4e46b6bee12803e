"""The family and its network as a drawing: generations, and who did something against whom.

Drawn by Graphviz. The drawing has no colours of its own: the style sheet gives them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree

from markupsafe import Markup
from pygraphviz import AGraph

from domain.values import UNKNOWN, FamilyMember, FamilyRole, Gravity, Incident

SVG = "http://www.w3.org/2000/svg"
DRAWINGS_KEPT = 256
ABOVE, MIDDLE, BELOW, ASIDE = "above", "middle", "below", "aside"
GENERATION = {
    FamilyRole.GRANDPARENT: ABOVE,
    FamilyRole.PARENT: MIDDLE,
    FamilyRole.PARTNER: MIDDLE,
    FamilyRole.EX_PARTNER: MIDDLE,
    FamilyRole.FOSTER_PARENT: MIDDLE,
    FamilyRole.CHILD: BELOW,
    FamilyRole.SIBLING: BELOW,
    FamilyRole.RELATIVE: ASIDE,
    FamilyRole.NETWORK: ASIDE,
}
ORDER = (ABOVE, MIDDLE, BELOW, ASIDE)
GRAVITIES = list(Gravity)

# Graphviz keeps things for the whole process, and must not be used by two threads at once.
_one_at_a_time = threading.Lock()
ElementTree.register_namespace("", SVG)


@dataclass(frozen=True)
class Node:
    """Somebody in the drawing."""

    member_id: str
    name: str
    note: str
    generation: str


@dataclass(frozen=True)
class Tie:
    """What one did against another: how often, and how grave at worst (from 1, 0 unknown)."""

    by: str
    against: str
    count: int
    gravity: int


@dataclass(frozen=True)
class Network:
    """What is drawn; the table beside the drawing says the same."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]

    def name(self, member_id: str) -> str:
        """What somebody in it is called."""
        return next((one.name for one in self.nodes if one.member_id == member_id), member_id)


def network_of(
    members: Iterable[tuple[FamilyMember, str]], incidents: Iterable[Incident], unknown: str
) -> Network:
    """The network of a family.

    Args:
        members: each with a note below the name.
        unknown: what somebody is called of whom it is not known who it is.
    """
    nodes = [Node(one.member_id, one.name, note, GENERATION[one.role]) for one, note in members]
    present = {one.member_id for one in nodes}
    counts: Counter[tuple[str, str]] = Counter()
    worst: dict[tuple[str, str], int] = {}
    for incident in incidents:
        gravity = 0 if incident.gravity is None else GRAVITIES.index(incident.gravity) + 1
        for pair in ((by, against) for by in incident.by for against in incident.against):
            if set(pair) - {UNKNOWN} <= present and pair[0] != pair[1]:
                counts[pair] += 1
                worst[pair] = max(worst.get(pair, 0), gravity)
    if any(UNKNOWN in pair for pair in counts):
        nodes.append(Node(UNKNOWN, unknown, "", ASIDE))
    nodes.sort(key=lambda one: ORDER.index(one.generation))
    ties = [Tie(*pair, count, worst[pair]) for pair, count in counts.most_common()]
    return Network(tuple(nodes), tuple(ties))


def drawing(network: Network, title: str, described: str) -> Markup:
    """The network as SVG to stand in a page, with a title and a description for who cannot see it.

    Raises:
        ValueError: when Graphviz cannot draw it.
    """
    return Markup(_drawn(network, title, described))  # noqa: S704 - ElementTree escapes


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawn(network: Network, title: str, described: str) -> str:
    with _one_at_a_time:
        drawn: bytes = _graph(network).draw(format="svg", prog="dot")
    # Graphviz made it, out of names that it escaped.
    root = ElementTree.fromstring(drawn)  # noqa: S314
    for above in root.iter():
        for inner in [one for one in above if one.tag == f"{{{SVG}}}title"]:
            above.remove(inner)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.attrib.update({"role": "img", "aria-labelledby": "network-title network-desc"})
    for place, (tag, text) in enumerate((("title", title), ("desc", described))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"network-{tag}"})
        element.text = text
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def _graph(network: Network) -> AGraph:
    graph = AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        rankdir="TB", bgcolor="transparent", nodesep="0.4", ranksep="0.7", splines="true", pad="0.1"
    )
    graph.node_attr.update(
        shape="box", style="rounded", fontname="Helvetica", fontsize="13", margin="0.18,0.1"
    )
    graph.edge_attr.update(fontname="Helvetica", fontsize="12", arrowsize="0.7")
    for node in network.nodes:
        label = f"{node.name}\n{node.note}" if node.note else node.name
        graph.add_node(node.member_id, label=label, **{"class": f"member {node.generation}"})
    ranks = [
        [node.member_id for node in network.nodes if node.generation == generation]
        for generation in ORDER
    ]
    for rank in ranks:
        if rank:
            graph.add_subgraph(rank, rank="same")
    shown = [rank for rank in ranks if rank]
    # Lines nobody sees keep the generations below each other.
    for upper, lower in pairwise(shown):
        graph.add_edge(upper[0], lower[0], style="invis", weight="5")
    for tie in network.ties:
        graph.add_edge(
            tie.by,
            tie.against,
            label=f" {tie.count}× ",
            constraint="false",
            penwidth=str(1 + min(tie.count, 8) / 2),
            **{"class": f"tie gravity-{tie.gravity}"},
        )
    return graph
