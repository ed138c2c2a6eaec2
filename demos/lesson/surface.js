// A surface over two variables that can be turned, and a path on it.

const CELLS = 22; // along each side
const TURN_A_PIXEL = 0.01; // radians
const TURN_A_KEY = 0.12;
const SURFACE_HEIGHT = 400; // pixels, at most
const NAME_ROOM = 24; // pixels below, for the name of a variable
const TILTS = [0.15, 1.5]; // radians: from nearly level to nearly from above

/**
 * A surface in an element: `height(u, v)` over ranges `u` and `v`, drawn between 0 and `top`.
 *
 * It is turned by dragging it and by arrow keys.
 */
class Surface {
  constructor(frame, {u, v, top, height}) {
    Object.assign(this, {frame, u, v, top, height, yaw: 0.5, tilt: 0.7, path: []});
    this.svg = svgElement("svg", {class: "surface", role: "application", tabindex: 0});
    this.cells = svgElement("g");
    this.walk = svgElement("g");
    this.names = svgElement("g");
    this.svg.append(this.cells, this.names, this.walk);
    frame.append(this.svg);
    this.heights = this.computed();
    this.svg.addEventListener("pointerdown", event => this.grab(event));
    this.svg.addEventListener("keydown", event => this.onKey(event));
    new ResizeObserver(() => this.draw()).observe(frame);
  }

  computed() {
    const side = [...Array(CELLS + 1).keys()];
    return side.map(i => side.map(j => this.height(this.at(this.u, i), this.at(this.v, j))));
  }

  at([low, high], i) {
    return low + (high - low) * i / CELLS;
  }

  grab(event) {
    this.svg.setPointerCapture(event.pointerId);
    let last = event;
    const move = now => {
      this.turn((now.clientX - last.clientX) * TURN_A_PIXEL,
        (now.clientY - last.clientY) * TURN_A_PIXEL);
      last = now;
    };
    this.svg.addEventListener("pointermove", move);
    const release = () => this.svg.removeEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      this.svg.addEventListener(end, release, {once: true});
    }
  }

  onKey(event) {
    const turns = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const by = turns[event.key];
    if (!by) return;
    event.preventDefault();
    this.turn(by[0] * TURN_A_KEY, by[1] * TURN_A_KEY);
  }

  turn(yaw, tilt) {
    this.yaw += yaw;
    this.tilt = Math.min(TILTS[1], Math.max(TILTS[0], this.tilt + tilt));
    this.draw();
  }

  /** Where a point of space is in the picture, and how far away. */
  project(u, v, height) {
    const centred = ([low, high], x) => 2 * (x - low) / (high - low) - 1;
    const [a, b] = [centred(this.u, u), centred(this.v, v)];
    const c = 0.9 * height / this.top - 0.4;
    const right = a * Math.cos(this.yaw) - b * Math.sin(this.yaw);
    const away = a * Math.sin(this.yaw) + b * Math.cos(this.yaw);
    const x = this.width / 2 + this.scale * right;
    const up = c * Math.cos(this.tilt) + away * Math.sin(this.tilt);
    return {x, y: 1.35 * this.scale - this.scale * up, away};
  }

  draw() {
    this.width = Math.max(240, this.frame.clientWidth);
    this.scale = Math.min(this.width / 3.3, SURFACE_HEIGHT / 2.4);
    this.tall = 2.4 * this.scale + NAME_ROOM;
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.tall}`);
    const cells = [];
    for (let i = 0; i < CELLS; i++) {
      for (let j = 0; j < CELLS; j++) cells.push(this.cell(i, j));
    }
    cells.sort((one, other) => other.away - one.away);
    this.cells.replaceChildren(...cells.map(({shape}) => shape));
    this.drawNames();
    this.drawPath();
  }

  cell(i, j) {
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
    const heights = corners.map(([k, l]) => Math.min(this.top, this.heights[k][l]));
    const points = corners.map(([k, l], n) => {
      return this.project(this.at(this.u, k), this.at(this.v, l), heights[n]);
    });
    const share = Math.sqrt(heights.reduce((sum, x) => sum + x, 0) / 4 / this.top);
    const shape = svgElement("polygon", {
      points: points.map(({x, y}) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" "),
      style: `--share: ${Math.round(100 * share)}%`,
    });
    return {shape, away: points.reduce((sum, point) => sum + point.away, 0)};
  }

  /** The names of the two variables, at the ends of their edges. */
  drawNames() {
    const [uName, vName] = this.labels ?? ["", ""];
    const put = (name, place) => nameText(name, {
      x: place.x.toFixed(1), y: (place.y + 16).toFixed(1), "font-size": 15,
      class: `symbol ${kindOf(name)}`,
    });
    const middle = ([low, high]) => (low + high) / 2;
    const nearest = (one, other) => one.away < other.away ? one : other;
    const alongU = this.v.map(v => this.project(middle(this.u), v, 0));
    const alongV = this.u.map(u => this.project(u, middle(this.v), 0));
    const names = [put(uName, nearest(...alongU)), put(vName, nearest(...alongV))];
    this.names.replaceChildren(...names, ...this.scaleOfHeight());
  }

  /** The height as an axis at the corner that is furthest to the left. */
  scaleOfHeight() {
    const corners = this.u.flatMap(u => this.v.map(v => [u, v]));
    const left = ([u, v]) => this.project(u, v, 0).x;
    const corner = corners.reduce((one, other) => left(other) < left(one) ? other : one);
    const [from, to] = [0, this.top].map(height => this.project(...corner, height));
    const ends = {x1: from.x, y1: from.y, x2: to.x, y2: to.y};
    const line = svgElement("line", {...ends, class: "axis"});
    const mark = (place, text) => svgElement("text", {
      x: place.x - 5, y: place.y + 4, "text-anchor": "end", class: "mark",
    }, text);
    const name = nameText("loss", {x: to.x, y: to.y - 12, "font-size": 15, class: "of-loss"});
    return [line, mark(from, "0"), mark(to, printed(this.top, 2)), name];
  }

  /** Show a path: points [u, v], and an arrow from the last one along a direction. */
  show(path, direction) {
    Object.assign(this, {path, direction});
    this.drawPath();
  }

  drawPath() {
    if (!this.width) return;
    const lift = 0.015 * this.top;
    const placed = this.path.map(([u, v]) => this.project(u, v, this.height(u, v) + lift));
    const line = placed.map(({x, y}, i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`);
    const dots = placed.map(({x, y}, i) => {
      const size = i === placed.length - 1 ? {r: 6, class: "here"} : {r: 3};
      return svgElement("circle", {cx: x.toFixed(1), cy: y.toFixed(1), ...size});
    });
    const d = line.join("");
    this.walk.replaceChildren(
      svgElement("path", {class: "walk below", d}),
      svgElement("path", {class: "walk", d}),
      ...dots, ...this.arrow(lift),
    );
  }

  /** The negative gradient at the last point, as an arrow on the surface. */
  arrow(lift) {
    if (!this.direction || !this.path.length) return [];
    const [u, v] = lastOf(this.path);
    const length = Math.hypot(...this.direction);
    if (!(length > 1e-12)) return [];
    const reach = 0.16 * (this.u[1] - this.u[0]);
    const [du, dv] = this.direction.map(part => part / length * reach);
    const from = this.project(u, v, this.height(u, v) + lift);
    const to = this.project(u + du, v + dv, this.height(u + du, v + dv) + lift);
    const place = {x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "downhill"};
    return [svgElement("line", place), arrowHead(from, to)];
  }
}

/** The head of an arrow between two places of a picture. */
function arrowHead(from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [right, down] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const at = (along, across) => {
    return `${to.x + right * along - down * across},${to.y + down * along + right * across}`;
  };
  const d = `M${at(12, 0)}L${at(-2, 7)}L${at(-2, -7)}Z`;
  return svgElement("path", {class: "downhill-head", d});
}
