// Drawings of Graphviz in the page: boxes with their numbers, arrows that light.

const BOX = 56; // points: the side of a square
const MOST_IN_BOX = 3; // numbers
const MOST_SIGNS = 7; // of a number

/** A number that fits a box. */
function shownInBox(number) {
  const text = shown(number, 3);
  const short = text.length > MOST_SIGNS ? number.toExponential(1) : text;
  return asInBooks(short).replaceAll("\u00a0", "");
}

/** The left and upper edge of a box. */
function cornerOf(box) {
  const points = box.querySelector("polygon").getAttribute("points").trim().split(/\s+/);
  const places = points.map(point => point.split(",").map(Number));
  return [0, 1].map(axis => Math.min(...places.map(place => place[axis])));
}

/** The forward or backward drawing of matrices. */
class MatrixDrawing {
  constructor(frame) {
    this.frame = frame;
    this.svg = frame.querySelector("svg");
    this.boxes = [...this.svg.querySelectorAll(".value")];
    this.arrows = [...this.svg.querySelectorAll(".bwd")];
    this.values = new Map(this.boxes.map(box => [box.dataset.symbol, this.valueText(box)]));
    this.svg.setAttribute("role", "img");
  }

  name(text) {
    this.svg.setAttribute("aria-label", text);
    this.frame.setAttribute("aria-label", text);
  }

  /** A place for a box's numbers, below its name. */
  valueText(box) {
    const [left, top] = cornerOf(box);
    box.dataset.left = left;
    box.dataset.top = top;
    const text = svgElement("text", {"text-anchor": "middle", class: "box-number"});
    box.append(text);
    return text;
  }

  /** Show the numbers of a matrix in its box, none for an empty list. */
  put(name, numbers) {
    const text = this.values.get(name);
    if (!text) return;
    const box = text.parentNode;
    const middle = Number(box.dataset.left) + BOX / 2;
    const top = Number(box.dataset.top);
    const shownOnes = numbers.length > MOST_IN_BOX ? numbers.slice(0, MOST_IN_BOX - 1) : numbers;
    const lines = shownOnes.map(shownInBox);
    if (lines.length < numbers.length) lines.push("…");
    const first = top + (lines.length === 1 ? 38 : 27);
    text.replaceChildren(...lines.map((line, i) => {
      return svgElement("tspan", {x: middle, y: first + 12 * i}, line);
    }));
    box.classList.toggle("numbered", lines.length > 0);
    const name0 = box.querySelector("text");
    name0.setAttribute("y", lines.length ? top + 14 : top + BOX / 2 + 7);
  }

  clear() {
    for (const name of this.values.keys()) this.put(name, []);
    this.lightBoxes([]);
  }

  lightBoxes(names) {
    for (const box of this.boxes) box.classList.toggle("told", names.includes(box.dataset.symbol));
    const told = this.boxes.find(box => names.includes(box.dataset.symbol));
    if (told) this.bringIntoView(told);
  }

  /** Where the drawing is wider than its frame, scroll it so that a part stands in the middle. */
  bringIntoView(part) {
    const {frame} = this;
    const box = part.getBoundingClientRect();
    const middle = box.left + box.width / 2 - frame.getBoundingClientRect().left;
    frame.scrollLeft += middle - frame.clientWidth / 2;
  }

  /** Light red arrows, by the ends of their ids: `Loss_Z2`; the last is the one told of. */
  lightArrows(names) {
    for (const arrow of this.arrows) {
      const place = names.findIndex(name => arrow.id.endsWith(`_b_${name}`));
      arrow.classList.toggle("told", place >= 0 && place === names.length - 1);
      arrow.classList.toggle("path", place >= 0 && place < names.length - 1);
      arrow.classList.toggle("faint", place < 0);
    }
  }
}
