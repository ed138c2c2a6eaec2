// Own points, pasted as two columns: numbers with a tab, a comma, a semicolon or spaces between.

const MOST_POINTS = 1000;

/** What is wrong with pasted text: the key of a word, and what stands in it. */
class BadPaste extends Error {
  constructor(key, known) {
    super(key);
    this.key = key;
    this.known = known;
  }
}

/** The pairs of numbers in a text, a line each; empty lines and one line of heads are let be. */
function pastedPairs(text) {
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => ({line: line.trim(), number: i + 1}));
  const filled = lines.filter(({line}) => line !== "");
  if (filled.length && isHead(filled[0].line)) filled.shift();
  const pairs = filled.map(pairOf);
  if (!pairs.length) throw new BadPaste("paste_empty");
  if (pairs.length > MOST_POINTS) {
    throw new BadPaste("paste_many", {count: pairs.length, most: MOST_POINTS});
  }
  return pairs;
}

function cellsOf(line) {
  return line.split(/\s*[\t,;]\s*|\s+/).filter(cell => cell !== "");
}

/** Whether a line has two names and no number. */
function isHead(line) {
  const cells = cellsOf(line);
  return cells.length === 2 && cells.every(cell => /^[^\d.+−-]/.test(cell));
}

function pairOf({line, number}) {
  const cells = cellsOf(line);
  if (cells.length !== 2) throw new BadPaste("paste_columns", {line: number, count: cells.length});
  return cells.map(cell => {
    const x = parsed(cell);
    if (!Number.isFinite(x)) {
      throw new BadPaste("paste_number", {line: number, text: cell.slice(0, 40)});
    }
    return x;
  });
}

/**
 * Pairs moved into [-1, 1], each column by itself if it reaches further; networks learn slowly
 * from larger numbers. `ranges` are those that were moved, as [low, high], else null.
 */
function scaledPairs(pairs) {
  const columns = [0, 1].map(i => pairs.map(pair => pair[i]));
  const ranges = columns.map(rangeBeyondOne);
  const scaled = pairs.map(pair => pair.map((x, i) => scaledInto(x, ranges[i])));
  return {pairs: scaled, ranges};
}

function rangeBeyondOne(column) {
  const low = Math.min(...column);
  const high = Math.max(...column);
  return low < -1 || high > 1 ? [low, high] : null;
}

function scaledInto(x, range) {
  if (!range) return x;
  const [low, high] = range;
  return low === high ? 0 : 2 * ((x - low) / (high - low)) - 1;
}
