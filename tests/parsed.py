"""A rendered figure read back from its SVG."""

import re
import shutil
import xml.etree.ElementTree as ET
from typing import NamedTuple

import pytest

from autograd import Figure

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}polygon": "box", f"{SVG}path": "box", f"{SVG}ellipse": "circle"}
NUMBER = r"-?[\d.]+"

BACKENDS = [
    pytest.param(backend, marks=pytest.mark.skipif(not program, reason=f"there is no {backend}"))
    for backend, program in (("dot", shutil.which("dot")), ("graphviz-pure", "always"))
]


class Node(NamedTuple):
    shape: str
    fill: str
    lines: list[str]


class Edge(NamedTuple):
    tail: str
    head: str
    color: str
    back: bool  # the arrowhead is at the tail
    texts: list[str]

    @property
    def ends(self) -> tuple[str, str]:
        return self.tail, self.head


class Parsed:
    """Nodes, edges, texts, shapes, colours and places of a figure, as the SVG has them."""

    def __init__(self, figure: Figure) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.places: dict[str, tuple[float, float]] = {}
        self.turned: dict[str, float] = {}
        for group in ET.fromstring(figure.pipe("svg")).iter(f"{SVG}g"):
            kinds = group.get("class", "").split()
            title = group.findtext(f"{SVG}title") or ""
            texts = [text.text or "" for text in group.iter(f"{SVG}text")]
            if "node" in kinds:
                self._add_node(group, title, texts)
            elif "edge" in kinds:
                self._add_edge(group, title, texts)

    def _add_node(self, group: ET.Element, title: str, texts: list[str]) -> None:
        shape = next(element for element in group.iter() if element.tag in SHAPES)
        self.nodes[title] = Node(SHAPES[shape.tag], shape.get("fill", "").upper(), texts)
        self.places[title] = center(shape)
        turn = re.search(r"rotate\((-?\d+) ", group.get("transform", ""))
        if turn:
            self.turned[title] = float(turn[1])

    def _add_edge(self, group: ET.Element, title: str, texts: list[str]) -> None:
        path = next(group.iter(f"{SVG}path"))
        tail, head = (end.split(":")[0] for end in title.split("->"))
        color = path.get("stroke", "").upper()
        self.edges.append(Edge(tail, head, color, is_drawn_back(group, path), texts))

    def colored(self, color: str, back: bool | None = None) -> list[Edge]:
        """The edges of a colour, all or those drawn back or forward."""
        found = [edge for edge in self.edges if edge.color == color]
        return [edge for edge in found if back is None or edge.back == back]

    def lines(self) -> list[list[str]]:
        """What is written on each node."""
        return [node.lines for node in self.nodes.values()]


def is_drawn_back(group: ET.Element, path: ET.Element) -> bool:
    """Whether an arrowhead's tip is where the path starts."""
    heads = list(group.iter(f"{SVG}polygon"))
    if not heads:
        return False
    start_x, start_y = map(float, re.findall(NUMBER, path.get("d", ""))[:2])
    tip_x, tip_y = map(float, heads[0].get("points", "").split()[1].split(","))
    return abs(tip_x - start_x) + abs(tip_y - start_y) < 15.0


def center(shape: ET.Element) -> tuple[float, float]:
    """The middle of a shape, with y upwards."""
    if shape.tag == f"{SVG}ellipse":
        return float(shape.get("cx", "")), -float(shape.get("cy", ""))
    points = shape.get("points") or shape.get("d") or ""
    numbers = [float(number) for number in re.findall(NUMBER, points)]
    xs = numbers[::2]
    ys = numbers[1::2]
    return (min(xs) + max(xs)) / 2, -(min(ys) + max(ys)) / 2
