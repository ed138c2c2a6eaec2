"""Figures: what they are drawn with, and how they become files and cells of notebooks."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import graphviz

from autograd.core.value import Value
from autograd.show.layout import LayoutError, laid_out
from autograd.show.style import DOCUMENT, Style
from autograd.writing import write_whole

__all__ = ["Figure"]

# <g id="…" class="… turn-23"> … <text … x="55" y="-120" …>: Graphviz cannot turn text, SVG can.
_TURNED = re.compile(
    rb'(<g id="[^"]*" class="[^"]*\bturn([^"]+)")(>.*?<text[^>]* x="([-.\d]+)" y="([-.\d]+)")',
    re.DOTALL,
)


_SIZE = re.compile(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"')

SVG = "image/svg+xml"  # as notebooks call it
CELL = 860.0  # pixels, the width of a notebook's cell on a laptop's screen


class Element(NamedTuple):
    """What draws one Value, by the ids that its parts have in the SVG.

    Attributes:

    - `box`: its box.
    - `circle`: the circle with the sign of the operation that it is the result of; None for a leaf.
    - `arrow`: the arrow from the circle to the box; None for a leaf.
    - `forward`: the arrows from its operands to the circle, a tuple with one for each.
    - `backward`: the red arrows beside these, in the same order; None where there is none.
    """

    box: str
    circle: str | None = None
    arrow: str | None = None
    forward: tuple[str, ...] = ()
    backward: tuple[str | None, ...] = ()


class Figure(graphviz.Digraph):
    """A drawing: a `graphviz.Digraph` that also renders on machines without Graphviz.

    `draw`, `draw_layers` and `draw_network` make figures. A notebook shows one, no wider than its
    cell. `save` writes it to a file. It is laid out by Graphviz' `dot`, or else by the wheel
    graphviz-pure.

    Arguments:

    - `arguments` and `options`: as for `graphviz.Digraph`, such as a name and `format="png"`.
    - `style`: how it looks, an `autograd.show.style.Style`; the document's by default.

    Attributes:

    - `source`: the DOT text.
    - `style`: as given.
    - `heading`: the title of the image; "" for none.
    - `description`: what is said below the title, such as how many values there are.
    - `refusal`: why it is not laid out; "" if it is.
    - `content`: a function that writes the nodes when they are asked for; None if they are written.

    >>> from autograd import draw
    >>> figure = draw(Value(2.0, "x") * 3.0)
    >>> figure.format, "×" in figure.source
    ('svg', True)
    """

    def __init__(self, *arguments: Any, style: Style = DOCUMENT, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.style = style
        self.heading = ""
        self.description = ""
        self.refusal = ""  # why it is not laid out
        self.content: Callable[[], None] | None = None  # writes the body when it is asked for
        self._elements: dict[Value, Element] = {}

    @property
    def elements(self) -> dict[Value, Element]:
        """An `Element` for each Value that is drawn, with the ids of its parts in the SVG.

        It is empty for drawings of networks: see `NetworkFigure`.
        """
        self._write_content()
        return self._elements

    def __repr__(self) -> str:
        counts = f", {self.description}" if self.description else ""
        return f"<{type(self).__name__}: {self.heading or self.name}{counts}>"

    def __iter__(self, subgraph: bool = False) -> Iterator[str]:
        self._write_content()
        yield from super().__iter__(subgraph=subgraph)

    def _write_content(self) -> None:
        content = self.content
        self.content = None
        if content is not None:
            content()

    def pipe(
        self,
        format: str | None = None,
        *others: Any,
        engine: str | None = None,
        encoding: str | None = None,
        **options: Any,
    ) -> Any:
        """Lay the drawing out and give the image.

        Arguments:

        - `format`: the format, as Graphviz names them: "svg", "png", "pdf", …. By default that of
          the figure.
        - `engine`: how Graphviz lays it out: "dot", "neato", …. By default that of the figure.
        - `encoding`: the encoding of the text to give, such as "utf-8". None, the default, gives
          bytes.
        - `others` and `options`: what else `graphviz.Digraph.pipe` takes; ignored.

        Returns the image, as bytes or text.

        Raises:

        - `LayoutError` if it is not laid out.
        """
        if self.refusal:
            raise LayoutError(self.refusal)
        format = format or self.format
        image = laid_out(self.source, engine or self.engine, format)
        if format == "svg":
            image = _with_turned_texts(self._with_title(image))
        return image.decode(encoding) if encoding else image

    def _with_title(self, svg: bytes) -> bytes:
        if not self.heading:
            return svg
        title = f"<title>{escape(self.heading)}</title>"
        description = f"<desc>{escape(self.description)}</desc>"
        added = f"\n{title}\n{description}".encode()
        return re.sub(rb"<svg[^>]*>", lambda tag: tag[0] + added, svg, count=1)

    def _repr_mimebundle_(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """What a notebook shows: the image, which is scaled down to the width of its cell."""
        images: dict[str, Any] = super()._repr_mimebundle_(*arguments, **options)
        if SVG in images:
            images[SVG] = _fitting(images[SVG])
        return images

    def render(
        self,
        filename: Any = None,
        directory: Any = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *others: Any,
        outfile: Any = None,
        engine: str | None = None,
        **options: Any,
    ) -> str:
        """Write the DOT text to a file and the image beside it, as `graphviz.Digraph.render` does.

        Arguments:

        - `filename`: the file of the DOT text; by default the name of the figure and `.gv`. The
          image has the format as a further suffix.
        - `directory`: the folder of the file; by default the one that Python runs in.
        - `view`: whether to open the image in the program that the system has for it; False by
          default.
        - `cleanup`: whether to delete the DOT text afterwards; False by default.
        - `format`: the format of the image. By default that of the figure.
        - `outfile`: the file of the image, in the place of `filename`; its suffix says the format.
        - `engine`: how Graphviz lays it out. By default that of the figure.
        - `others` and `options`: what else `graphviz.Digraph.render` takes; ignored.

        Returns the path of the image.

        Raises:

        - `LayoutError` if it is not laid out.
        """
        if outfile:
            format = format or Path(outfile).suffix[1:]
            filename = filename or Path(outfile).with_suffix(".gv")
        format = format or self.format
        source = self._save_source(filename, directory)
        image = os.fspath(outfile or f"{source}.{format}")
        write_whole(image, self.pipe(format, engine=engine))
        if cleanup:
            os.remove(source)
        if view:
            graphviz.view(image)
        return image

    def save(
        self, filename: Any = None, directory: Any = None, *, skip_existing: bool | None = False
    ) -> str:
        """Write the drawing to a file, whole or not at all, in the format that its suffix says.

        Arguments:

        - `filename`: the file. `.dot` or `.gv`, or no suffix, is the DOT text; `.svg`, `.png`,
          `.pdf` and others are the image. By default the name of the figure and `.gv`.
        - `directory`: the folder of the file, made if it is missing; by default the one that Python
          runs in.
        - `skip_existing`: True leaves a DOT file that is there as it is; False, the default, writes
          it anew. Images are always written anew.

        Returns the path of the file.

        Raises:

        - `LayoutError` if an image cannot be laid out, or its format is not known.
        - `ValueError` if the file is a folder or a device.

        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from autograd import draw
        >>> with TemporaryDirectory() as folder:
        ...     path = draw(Value(2.0, "x") * 3.0).save(f"{folder}/graph.svg")
        ...     "</svg>" in Path(path).read_text(encoding="utf-8")
        True
        """
        path = Path(directory or "", filename or "")
        if path.suffix.lower() in ("", ".dot", ".gv"):
            return self._save_source(filename, directory, bool(skip_existing))
        write_whole(path, self.pipe(path.suffix[1:].lower()))
        return os.fspath(path)

    def _save_source(self, filename: Any, directory: Any, skip_existing: bool = False) -> str:
        """Write the DOT text, as `graphviz.Digraph.save` does, but whole or not at all."""
        if filename is not None:
            self.filename = filename
        if directory is not None:
            self.directory = directory
        path = os.fspath(self.filepath)
        if not (skip_existing and os.path.exists(path)):
            write_whole(path, self.source.encode(self.encoding or "utf-8"))
        return path


def _fitting(svg: str) -> str:
    """An SVG that is as wide as it says where there is room, and else as its surroundings.

    It says so in pixels in the place of points, so that its text is as large as that around it, and
    no more than a cell has: JupyterLab shows it as an image, whose surroundings count for nothing.
    """
    size = _SIZE.search(svg)
    if size is None:
        return svg
    width = float(size[1])
    height = float(size[2])
    scale = min(1.0, CELL / width)
    look = 'style="max-width: 100%; height: auto"'
    fitting = f'<svg {look} width="{scale * width:.0f}px" height="{scale * height:.0f}px"'
    return svg[: size.start()] + fitting + svg[size.end() :]


def _with_turned_texts(svg: bytes) -> bytes:
    return _TURNED.sub(rb'\1 transform="rotate(\2 \4 \5)"\3', svg)


def escaped(label: str) -> str:
    """A label that shows just these signs; Graphviz has its own use for `\\`, `&` and `<`."""
    plain = label.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;")
    return plain.replace("\n", "\\n")


def begin(figure: Figure, **attributes: str) -> None:
    """Give a new figure the look of its style, and the graph as a whole these attributes."""
    style = figure.style
    page = {"bgcolor": style.paper, "id": figure.name, "tooltip": " "}
    figure.graph_attr.update({"fontname": style.font} | page | attributes)
    figure.node_attr.update(
        fontname=style.font,
        style="filled",
        penwidth=f"{style.outline_pen:g}",
        fillcolor=style.node,
        fontcolor=style.text,
    )
    figure.edge_attr.update(
        fontname=style.font, color=style.forward, arrowsize=f"{style.arrowhead:g}"
    )


def add_node(figure: Figure, name: str, label: str, kind: str, **attributes: str) -> str:
    """Draw a node of some kind, with Graphviz' attributes; gives its id."""
    text = escaped(label)
    node_id = f"{figure.name}_{name}"
    usual = {"class": kind, "tooltip": text or " "}
    figure.node(name, text, id=node_id, **usual | attributes)
    return node_id


def add_box(figure: Figure, name: str, lines: list[str], role: str, **attributes: str) -> str:
    """Draw the box of a Value in its role, wide enough for its lines; gives its id."""
    text_size = figure.style.box_text
    size = {
        "width": f"{max(map(_ems, lines)) * text_size / 72 + 0.2:.2f}",
        "fontsize": f"{text_size}",
    }
    look = _role_attributes(figure.style, role) | size | attributes
    return add_node(figure, name, "\n".join(lines), f"value {role}", **look)


def _role_attributes(style: Style, role: str) -> dict[str, str]:
    """What Graphviz is to know of the boxes of a role."""
    look = style.roles[role]
    attributes = {"shape": look.shape}
    if look.fill != style.node:  # which nodes have unless they say otherwise
        attributes["fillcolor"] = look.fill
    if look.rounded:
        attributes["style"] = "rounded,filled"
    return attributes


def _ems(line: str) -> float:
    """How wide a line is at most, in ems, as Graphviz measures unknown signs as nothing."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in line)


def add_arrow(figure: Figure, tail: str, head: str, name: str, **attributes: str) -> str:
    """Draw an arrow from one node to another; gives its id."""
    arrow_id = f"{figure.name}_f_{name}"
    usual = {"class": "fwd", "tooltip": f"{tail} → {head}"}
    figure.edge(tail, head, id=arrow_id, **usual | attributes)
    return arrow_id


def add_backward_arrow(
    figure: Figure, operand: str, result: str, label: str, name: str, **attributes: str
) -> str:
    """Draw the arrow of a derivative, from the result back to the operand; gives its id."""
    text = escaped(label)
    arrow_id = f"{figure.name}_b_{name}"
    style = figure.style
    usual = {
        "color": style.backward,
        "fontcolor": style.backward,
        "fontsize": f"{style.arrow_text}",
        "class": "bwd",
        "tooltip": text,
        "dir": "back",  # declared forward: a reversed edge would pull the layout apart
    }
    figure.edge(operand, result, text, id=arrow_id, **usual | attributes)
    return arrow_id
