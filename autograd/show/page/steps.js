// The graph of the page, the steps in which it is told, and what is known at each of them.

const GRAPH = new Graph(PAGE.nodes, PAGE.root);
const {nodes: NODES, root: ROOT, leaves: LEAVES} = GRAPH;
const PARAMETERS = LEAVES.filter(node => NODES[node].trained);
const TRAINED = PARAMETERS.length ? PARAMETERS : LEAVES; // moved by a gradient step
const RECORDED = NODES.map(node => node.number);

const STEPS = [
  {kind: "given"},
  ...PAGE.forward.map(node => ({kind: "forward", node})),
  ...PAGE.backward.map(node => ({kind: "backward", node})),
  {kind: "summary"},
];
const LAST = STEPS.length - 1;

let at = 0; // the step that is shown
let state = GRAPH.evaluate(RECORDED); // what is shown
const telling = new Telling(GRAPH, state, whyElement);

/** The step at which the gradient of a node is told. */
function stepOf(node) {
  return STEPS.findIndex(step => step.kind === "backward" && step.node === node);
}

function phaseOf({kind}) {
  if (kind === "given") return "forward";
  return kind === "summary" ? "backward" : kind;
}

/** The nodes whose values are known at this step. */
function computedNodes() {
  const done = STEPS.slice(0, at + 1);
  const forward = done.filter(step => step.kind === "forward");
  return new Set([...LEAVES, ...forward.map(step => step.node)]);
}

/** The nodes whose gradients are known at this step. */
function toldNodes() {
  if (STEPS[at].kind === "summary") return new Set(NODES.keys());
  const done = STEPS.slice(0, at + 1);
  return new Set(done.filter(step => step.kind === "backward").map(step => step.node));
}

/** All nodes on the paths from the root to a node, both ends included. */
function nodesOnPaths(node) {
  const found = new Set([node]);
  for (const reached of found) { // which grows on the way
    for (const {result} of state.flows[reached]) found.add(result);
  }
  return found;
}
