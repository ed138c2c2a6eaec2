// What is seen of a drawing: all of it, or a part, moved by hand.

const CLOSEST = 0.9; // pixels to a unit of the drawing, up to which it is enlarged to fit
const MOVED = 5; // pixels from where a press is a drag

/** The smallest rectangle around rectangles. */
function around(rectangles) {
  const left = Math.min(...rectangles.map(r => r.x));
  const top = Math.min(...rectangles.map(r => r.y));
  const right = Math.max(...rectangles.map(r => r.x + r.width));
  const bottom = Math.max(...rectangles.map(r => r.y + r.height));
  return {x: left, y: top, width: right - left, height: bottom - top};
}

/** A rectangle with a margin. */
function padded({x, y, width, height}, margin) {
  return {
    x: x - margin,
    y: y - margin,
    width: width + 2 * margin,
    height: height + 2 * margin,
  };
}

/**
 * A view of an SVG that fills its frame, which moves and scales a group that holds all of it.
 *
 * At scale 1 the whole drawing fits. `onscale` is called with the pixels to a unit whenever it is
 * placed, `onresize` when the frame has another size.
 */
class View {
  constructor(svg, {onscale, onresize}) {
    this.svg = svg;
    this.onscale = onscale;
    this.group = svgElement("g", {class: "view"}, [...svg.childNodes]);
    svg.append(this.group);
    const {x, y, width, height} = svg.viewBox.baseVal;
    this.whole = {x, y, width, height};
    this.pointers = new Map();
    this.listen();
    new ResizeObserver(() => this.isSeen && onresize()).observe(svg);
  }

  /** Whether the frame has a size: the page may stand in one that is not shown yet. */
  get isSeen() {
    const {width, height} = this.svg.getBoundingClientRect();
    return width > 0 && height > 0;
  }

  /** The bounds of an element within the drawing, wherever the view is. */
  bounds(item) {
    const {x, y, width, height} = item.getBBox();
    const matrix = this.group.getScreenCTM().inverse().multiply(item.getScreenCTM());
    const corner = new DOMPoint(x, y).matrixTransform(matrix);
    return {x: corner.x, y: corner.y, width, height};
  }

  /** Pixels to a unit when the whole drawing is seen. */
  get unit() {
    const {width, height} = this.svg.getBoundingClientRect();
    return Math.min(width / this.whole.width, height / this.whole.height);
  }

  /** The scale of the whole drawing. */
  get smallest() {
    return Math.min(1, CLOSEST / this.unit);
  }

  /** Fit a part of the drawing into the frame. */
  show(part) {
    const {width, height} = this.svg.getBoundingClientRect();
    const fitting = Math.min(width / part.width, height / part.height);
    const pixels = Math.min(fitting, CLOSEST);
    this.scale = Math.max(this.smallest, pixels / this.unit);
    this.x = part.x + part.width / 2;
    this.y = part.y + part.height / 2;
    this.place();
  }

  /** Scale by a factor, about a point of the frame: its middle unless said. */
  zoom(factor, point = null) {
    const fixed = point && this.toDrawing(point);
    const largest = 3 * CLOSEST / this.unit;
    this.scale = Math.max(this.smallest, Math.min(largest, this.scale * factor));
    if (fixed) {
      const now = this.toDrawing(point);
      this.x += fixed.x - now.x;
      this.y += fixed.y - now.y;
    }
    this.place();
  }

  /** Move what is seen by pixels. */
  pan(right, down) {
    const pixels = this.unit * this.scale;
    this.x -= right / pixels;
    this.y -= down / pixels;
    this.place();
  }

  /** The point of the drawing at a point of the window, when nothing moves any more. */
  toDrawing({x, y}) {
    const frame = this.svg.getBoundingClientRect();
    const pixels = this.unit * this.scale;
    return {
      x: this.x + (x - frame.x - frame.width / 2) / pixels,
      y: this.y + (y - frame.y - frame.height / 2) / pixels,
    };
  }

  /** Put the group where it belongs, and never past the ends of the drawing. */
  place() {
    const frame = this.svg.getBoundingClientRect();
    const pixels = this.unit * this.scale;
    const {x, y, width, height} = this.whole;
    this.x = inside(this.x, x, width, frame.width / pixels);
    this.y = inside(this.y, y, height, frame.height / pixels);
    const middle = `translate(${x + width / 2}px, ${y + height / 2}px)`;
    const corner = `translate(${-this.x}px, ${-this.y}px)`;
    this.group.style.transform = `${middle} scale(${this.scale}) ${corner}`;
    this.onscale(pixels);
  }

  listen() {
    this.svg.addEventListener("pointerdown", event => this.press(event));
    this.svg.addEventListener("pointermove", event => this.drag(event));
    for (const event of ["pointerup", "pointercancel"]) {
      this.svg.addEventListener(event, ({pointerId}) => this.release(pointerId));
    }
    this.svg.addEventListener("wheel", event => this.wheel(event), {passive: false});
    // A drag is no click on what it ends on; browsers differ in what they send one to.
    this.svg.addEventListener("click", event => {
      if (this.isDrag) event.stopPropagation();
    }, {capture: true});
  }

  press(event) {
    if (this.pointers.size === 0) this.isDrag = false;
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY});
    this.pressed = {x: event.clientX, y: event.clientY};
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = {x: event.clientX, y: event.clientY};
    const far = Math.hypot(now.x - this.pressed.x, now.y - this.pressed.y);
    if (!this.isDrag && far < MOVED) return;
    if (!this.isDrag) this.svg.setPointerCapture(event.pointerId);
    this.isDrag = true;
    this.svg.classList.add("dragged");
    this.pointers.set(event.pointerId, now);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.pinch(before, now, other);
    else this.pan(now.x - before.x, now.y - before.y);
  }

  /** Two fingers scale about the one that rests. */
  pinch(before, now, other) {
    const distance = point => Math.hypot(point.x - other.x, point.y - other.y);
    this.zoom(distance(now) / Math.max(1, distance(before)), other);
  }

  release(pointer) {
    this.pointers.delete(pointer);
    this.svg.classList.remove("dragged");
  }

  /** The wheel scrolls the page; with ctrl, as two fingers on a pad send it, it scales. */
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 200), {x: event.clientX, y: event.clientY});
  }
}

/** The middle of what is seen, so that it stays within the drawing; the middle of it, if all is. */
function inside(middle, start, length, seen) {
  if (seen >= length) return start + length / 2;
  return Math.max(start + seen / 2, Math.min(start + length - seen / 2, middle));
}
