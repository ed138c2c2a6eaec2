// The network: weights to be dragged, the curve of each neuron, and the curves that add up.

class Structure {
  constructor(lesson) {
    this.lesson = lesson;
    const onWeight = (place, number) => lesson.move(place, number);
    this.picture = new NetworkPicture(byId("structure-picture"), lesson.network, {onWeight});
    this.fit = fitChart(byId("structure-fit"), "fit_chart", 170);
    this.chart = sumChart(byId("structure-sum"), 200);
    byId("numbers-trained").addEventListener("click", () => lesson.take(STORY.numbers));
    byId("numbers-start").addEventListener("click", () => {
      lesson.take(lesson.network.initialNumbers(STORY.seed));
    });
    lesson.add(this);
  }

  update() {
    const {network, numbers, curves} = this.lesson;
    const byNode = curves.byNode(numbers);
    this.picture.paint(numbers, byNode);
    this.fit.line("fit", GRID, byNode.get(network.output), "fit");
    this.chart.change({y: sumRange(network, curves, numbers)});
    drawSum(this.chart, network, curves, numbers);
    const known = {score: printedScore(curves.rSquared(numbers))};
    byId("structure-state").textContent = word("structure_state", known);
  }

  tell() {
    this.fit.change({label: word("fit_chart")});
    this.chart.change({label: word("sum_chart")});
    const neurons = this.lesson.units.map(j => {
      const name = mathElement(mrow(symbol(`a1_${j}`), TIMES, symbol(`w2_${j}1`)), "inline");
      return element("span", {className: `key-line neuron-${(j - 1) % 5 + 1}`}, name);
    });
    const bias = element("span", {className: "key-line bias-line"}, inlineSymbol("b2_1"));
    const fit = element("span", {className: "key-line fit"}, inlineSymbol("z2"), word("their_sum"));
    byId("structure-key").replaceChildren(...neurons, bias, fit);
    this.tellMatrices();
    this.update();
  }

  tellMatrices() {
    const {units} = this.lesson;
    const row = letter => matrix([units.map(j => symbol(`${letter}${j}`))]);
    const column = matrix(units.map(j => [symbol(`w2_${j}1`)]));
    const lines = [
      ["X", matrix([[symbol("x")]])],
      ["W1", row("w1_1")],
      ["B1", row("b1_")],
      ["Z1", row("z1_")],
      ["A1", row("a1_")],
      ["W2", column],
      ["B2", matrix([[symbol("b2_1")]])],
      ["Z2", matrix([[symbol("z2_1")]])],
    ];
    const formulas = lines.map(([name, made]) => formulaLine(mrow(symbol(name), EQUALS, made)));
    byId("matrices").replaceChildren(...formulas);
  }
}
