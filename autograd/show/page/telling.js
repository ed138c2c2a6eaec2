// What is told of a graph: how each value is made, and how each gradient comes about.

const MOST_PATHS = 8; // that are told
const LONGEST_PATH = 12; // that is told
const MOST_USES = 4; // that are named

/** A table; its heads are the first cell of each "row", or the cells of the first row ("col"). */
function table(caption, rows, heads = "row") {
  const cell = (content, i, j) => {
    const isHead = heads === "row" ? j === 0 : i === 0;
    const parts = [content].flat();
    return isHead ? element("th", {scope: heads}, ...parts) : element("td", {}, ...parts);
  };
  const lines = rows.map((cells, i) => {
    return element("tr", {}, ...cells.map((content, j) => cell(content, i, j)));
  });
  const frame = {className: "scroll", tabIndex: 0, role: "group", ariaLabel: caption};
  return element("div", frame, element("table", {}, ...lines));
}

function formula(...content) {
  return element("p", {className: "formula"}, ...content);
}

/** Parts one after the other, with a sign between them. */
function joinedBy(sign, parts) {
  return parts.flatMap((part, i) => i === 0 ? [part] : [sign, part].flat()).flat();
}

/**
 * The words for a graph at some numbers, as lists of texts and elements.
 *
 * `state` is what the graph's `evaluate` gives; it may be changed. `why` makes, of this and a
 * flow, the element that says why its local derivative is what it is, such as `whyElement`.
 */
class Telling {
  constructor(graph, state, why = null) {
    this.graph = graph;
    this.state = state;
    this.why = why;
    this.whys = new Map(); // which of them are open
  }

  node(place) {
    return this.graph.nodes[place];
  }

  name(operand) {
    if (typeof operand === "object") return shown(operand.constant);
    return this.node(operand).name;
  }

  /** An operand by its name, to be touched. */
  named(operand) {
    if (typeof operand === "object") return shown(operand.constant);
    const {name, nameInFormulas} = this.node(operand);
    const symbol = symbolElement(name);
    symbol.textContent = nameInFormulas ?? name;
    return symbol;
  }

  /** An operand by its number. */
  numbered(operand) {
    return numberElement(amount(operand, this.state.v));
  }

  /** Words in which {root} is the root's symbol. */
  said(key, known = {}) {
    return richWord(key, {root: this.named(this.graph.root), ...known});
  }

  derivative(result, operand) {
    return ["∂", this.named(result), "/∂", this.named(operand)];
  }

  gradientSign(node) {
    return ["d", this.named(node)];
  }

  /** A template with what is said of a node's operands, and of the node, in its holes. */
  filled(template, node, say) {
    const things = [...this.node(node).operands, node];
    return template.map(part => {
      if (typeof part === "string") return choiceInWords(part);
      const said = say(things[part.slot]);
      const text = said.textContent ?? said;
      return part.guarded && text.startsWith("-") ? ["(", said, ")"] : said;
    }).flat();
  }

  formulasOf(node) {
    return this.graph.rowOf(node).formulas;
  }

  primal(node, say) {
    return this.filled(this.formulasOf(node).primal, node, say);
  }

  partial({result, slot}) {
    const say = operand => this.named(operand);
    return this.filled(this.formulasOf(result).partials[slot], result, say);
  }

  /** A partial as a factor: in brackets where a product needs them. */
  factor({result, slot}) {
    const say = operand => this.named(operand);
    return this.filled(this.formulasOf(result).factors[slot], result, say);
  }

  /** Numbers as a product. */
  product(numbers) {
    return joinedBy(" · ", numbers.map((x, i) => i === 0 ? numberElement(x) : laterFactor(x)));
  }

  /** How a value is made: by names, in words, by numbers, the number itself, and what for. */
  forward(node) {
    return [
      heading(this.named(node), " = ", ...this.primal(node, x => this.named(x))),
      paragraph(...this.operation(node)),
      formula("= ", ...this.primal(node, x => this.numbered(x))),
      formula("= ", this.numbered(node)),
      paragraph(...this.purpose(node)),
    ];
  }

  /** What the operation of a node does with its operands. */
  operation(node) {
    const {name, symbol, operands} = this.graph.rowOf(node);
    const given = this.node(node).operands;
    const known = Object.fromEntries(operands.map((x, slot) => [x, this.named(given[slot])]));
    const key = `row_${name}` in WORDS ? `row_${name}` : "row_other";
    return this.said(key, {...known, symbol, name: this.named(node)});
  }

  /** Where a value goes. */
  purpose(node) {
    const known = {name: this.named(node)};
    if (node === this.graph.root) return this.said("goes_nowhere", known);
    const uses = this.graph.operations.filter(x => this.node(x).operands.includes(node));
    const named = uses.slice(0, MOST_USES).map(use => this.named(use));
    if (uses.length > MOST_USES) named.push("…");
    return this.said("goes_on", {...known, uses: joinedBy(word("and"), named)});
  }

  /** How a gradient comes about: its flows, the paths to it, and what it means. */
  backward(node) {
    const {root} = this.graph;
    if (node === root) {
      const title = [...this.gradientSign(root), " = ", ...this.derivative(root, root), " = 1"];
      return [heading(...title), paragraph(...this.said("start"))];
    }
    const known = {name: this.named(node)};
    const flows = this.state.flows[node];
    const uses = flows.length ? this.tellUses(node) : this.said("no_use", known);
    const told = [heading(...this.title(node)), paragraph(...uses)];
    if (!flows.length) return told;
    const whys = this.why ? flows.map(flow => this.why(this, flow)) : [];
    return [...told, this.flowTable(node), ...whys, ...this.paths(node), this.meaning(node)];
  }

  title(node) {
    const {root} = this.graph;
    const number = numberElement(this.state.d[node]);
    return [...this.gradientSign(node), " = ", ...this.derivative(root, node), " = ", number];
  }

  /** Through what a value acts on the root. */
  tellUses(node) {
    const flows = this.state.flows[node];
    const {result} = flows[0];
    const known = {
      name: this.named(node),
      count: String(flows.length),
      result: this.named(result),
    };
    if (flows.length > 1) return this.said("more_uses", known);
    return this.said(result === this.graph.root ? "direct" : "one_use", known);
  }

  /** How each flow comes about, a column for each. */
  flowTable(node) {
    const flows = this.state.flows[node];
    const row = (key, tell) => [word(key), ...flows.map(tell)];
    const local = flow => [...this.derivative(flow.result, node), " = ", ...this.partial(flow)];
    const upstream = ({result, upstream: x}) => {
      return [...this.gradientSign(result), " = ", numberElement(x)];
    };
    const rows = [
      row("used", flow => this.named(flow.result)),
      row("local", local),
      row("value", flow => numberElement(flow.value)),
      row("upstream", upstream),
      row("contribution", flow => numberElement(flow.contribution)),
    ];
    if (flows.length > 1) rows.push(row("so_far", flow => numberElement(flow.soFar)));
    return table(`d${this.node(node).name}`, rows);
  }

  /** The paths from the root down to a node, as lists of flows. */
  * pathsTo(node, flows = []) {
    if (node === this.graph.root) yield flows;
    for (const flow of this.state.flows[node]) {
      yield* this.pathsTo(flow.result, [flow, ...flows]);
    }
  }

  /** The paths to a node, if they are few and short, and not only one flow. */
  paths(node) {
    const paths = [];
    for (const path of this.pathsTo(node)) {
      paths.push(path);
      if (paths.length > MOST_PATHS) return [];
    }
    if (paths.some(path => path.length < 2 || path.length > LONGEST_PATH)) return [];
    const told = paths.map(path => this.path(path, node));
    if (paths.length > 1) {
      const known = {count: String(paths.length), sum: numberElement(this.state.d[node])};
      told.push(paragraph(...richWord("other_paths", known)));
    }
    return [element("h4", {}, word("whole")), ...told];
  }

  path(path, node) {
    const names = [...path.map(({result}) => this.named(result)), this.named(node)];
    const numbers = path.map(({value}) => value);
    const result = numbers.reduce((product, value) => product * value, 1);
    return formula(
      ...joinedBy(" → ", names),
      ": ",
      ...joinedBy(" · ", path.map(flow => this.factor(flow))),
      " = ",
      ...this.product(numbers),
      " = ",
      numberElement(result),
    );
  }

  /** What a gradient says of a small change. */
  meaning(node) {
    const gradient = this.state.d[node];
    let key = "stays";
    if (gradient > 0) key = "grows";
    if (gradient < 0) key = "falls";
    const change = richWord(key, {by: numberElement(Math.abs(0.001 * gradient))});
    return paragraph(...this.said("meaning", {name: this.named(node), change}));
  }

  /** Why a node has no value at the numbers that were tried. */
  undefinedAt(node, v) {
    const operands = this.node(node).operands.filter(operand => typeof operand !== "object");
    const say = operand => this.name(operand);
    return word("undefined", {
      name: this.node(node).name,
      formula: this.primal(node, say).join(""),
      point: operands.map(operand => `${this.name(operand)} = ${shown(v[operand])}`).join(", "),
      needs: this.domain(node, say),
    });
  }

  /** Where the row of a node exists: in words, if there are, else by its formula. */
  domain(node, say) {
    const {name, operands} = this.graph.rowOf(node);
    const given = this.node(node).operands;
    const known = Object.fromEntries(operands.map((x, slot) => [x, say(given[slot])]));
    if (`domain_${name}` in WORDS) return word(`domain_${name}`, known);
    return this.filled(this.formulasOf(node).domain, node, say).join("");
  }
}

/** The text of a formula, with the words of a choice in the page's language. */
function choiceInWords(text) {
  return text.replaceAll(" if ", word("if")).replaceAll(" else ", word("else"));
}

/** A number as a later factor: in brackets if it is negative. */
function laterFactor(x) {
  const number = numberElement(x);
  return number.textContent.startsWith("-") ? ["(", number, ")"] : number;
}
