// The partial derivatives of a point: the loss along each of two weights, the other one held.

const CUT_POINTS = 61;

/** A range, or one that holds a number outside it: a descent that diverges stays in the picture. */
function widened([low, high], x) {
  const room = 0.1 * Math.max(low - x, x - high, 0);
  return [Math.min(low, x - room), Math.max(high, x + room)];
}

class Cuts {
  constructor(descent) {
    this.descent = descent;
    const {u, v, top} = descent.surface;
    this.parts = [u, v].map((x, axis) => {
      const caption = element("figcaption");
      const frame = element("div");
      byId("cuts").append(element("figure", {}, caption, frame));
      const chart = new Chart(frame, {height: 170, x, y: [0, top], xLabel: "", label: ""});
      return {axis, range: x, caption, chart, name: descent.leaves[axis]};
    });
  }

  /** Draw the cuts through a point, with their tangents. */
  draw(point, loss, slope) {
    for (const {axis, range, caption, chart, name} of this.parts) {
      const x = widened(range, point[axis]);
      chart.change({x, y: widened([0, this.descent.surface.top], loss)});
      const grid = Array.from({length: CUT_POINTS}, (_, i) => x[0] + (x[1] - x[0]) * i / 60);
      const heights = grid.map(number => {
        const place = axis === 0 ? [number, point[1]] : [point[0], number];
        return this.descent.loss(...place);
      });
      chart.line("cut", grid, heights);
      const tangent = x.map(end => loss + slope[axis] * (end - point[axis]));
      chart.line("tangent", x, tangent, "tangent");
      chart.points("here", [point[axis]], [loss], "ends");
      caption.replaceChildren(...prose("cut_told", {
        weight: () => inlineSymbol(name),
        derivative: () => mathElement(partialDerivative("loss", name), "inline"),
        slope: () => printedNumber(slope[axis]),
      }));
    }
  }

  tell() {
    for (const {chart, name} of this.parts) {
      chart.change({label: word("cut_chart", {weight: name})});
    }
  }
}
