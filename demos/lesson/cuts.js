// The partial derivatives of a point: the loss along each of two weights, the other one held.

const CUT_POINTS = 61;

class Cuts {
  constructor(descent) {
    this.descent = descent;
    const {u, v, top} = descent.surface;
    this.parts = [u, v].map((x, axis) => {
      const caption = element("figcaption");
      const frame = element("div");
      byId("cuts").append(element("figure", {}, caption, frame));
      const chart = new Chart(frame, {height: 170, x, y: [0, top], xLabel: "", label: ""});
      const grid = Array.from({length: CUT_POINTS}, (_, i) => x[0] + (x[1] - x[0]) * i / 60);
      return {axis, caption, chart, grid, name: descent.leaves[axis]};
    });
  }

  /** Draw the cuts through a point, with their tangents. */
  draw(point, loss, slope) {
    for (const {axis, caption, chart, grid, name} of this.parts) {
      const heights = grid.map(x => {
        const place = axis === 0 ? [x, point[1]] : [point[0], x];
        return this.descent.loss(...place);
      });
      const ends = chart.options.x;
      chart.line("cut", grid, heights);
      chart.line("tangent", ends, ends.map(x => loss + slope[axis] * (x - point[axis])), "tangent");
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
