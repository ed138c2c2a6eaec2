// Where the parts of a network's picture stand: circles, arrows, and the names along them.

const ROOMY_PITCH = 108; // pixels from neuron to neuron in a column of up to 4
const CLOSE_PITCH = 62; // of 8
const LARGEST_RADIUS = 44;
const NAME_SIZE = 16;
const FEWEST_PIXELS = 18; // of an arrow beside its name
const MOST_NAMES = 6; // along arrows of one kind to a layer
const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73]; // shares of an arrow to put a name at

/** The circles of a network of so many units a column, in a picture so many pixels wide. */
function networkPlaces(counts, width) {
  const rows = Math.max(...counts);
  const share = Math.min(1, Math.max(0, (rows - 4) / 4));
  const pitch = ROOMY_PITCH + share * (CLOSE_PITCH - ROOMY_PITCH);
  const narrowGap = (width - 60) / (counts.length - 1);
  const besideNames = Math.max(0.21 * narrowGap, Math.min(16, 0.27 * narrowGap));
  const radius = Math.min(LARGEST_RADIUS, 0.41 * pitch, besideNames);
  const margin = radius + 6;
  const gap = (width - 2 * margin) / (counts.length - 1);
  const middle = margin + (rows - 1) * pitch / 2;
  const columns = counts.map((count, column) => {
    return Array.from({length: count}, (_, i) => {
      return {x: margin + column * gap, y: middle + (i - (count - 1) / 2) * pitch, radius};
    });
  });
  const biases = biasPlaces(columns, gap, Math.max(9, 0.5 * radius));
  const lowest = Math.max(...columns.flat().map(bottom), ...biases.map(bottom));
  return {columns, biases, radius, pitch, height: lowest + 6};
}

function bottom({y, radius}) {
  return y + radius;
}

/** The circles of the biases: before their layer, and below all arrows that pass there. */
function biasPlaces(columns, gap, radius) {
  return columns.slice(1).map((units, k) => {
    const lowest = Math.max(units.at(-1).y, columns[k].at(-1).y);
    const below = Math.max(radius + 14, 0.6 * units[0].radius);
    return {x: units[0].x - 0.47 * gap, y: lowest + below, radius};
  });
}

/** An arrow from the edge of a circle to the foremost point of another. */
function arrowBetween(from, to) {
  const end = {x: to.x - to.radius, y: to.y};
  const length = Math.hypot(end.x - from.x, end.y - from.y);
  const across = (end.x - from.x) / length;
  const down = (end.y - from.y) / length;
  const start = {x: from.x + across * from.radius, y: from.y + down * from.radius};
  return {start, end, across, down, length: length - from.radius};
}

function pointAlong({start, end}, share) {
  return {
    x: start.x + share * (end.x - start.x),
    y: start.y + share * (end.y - start.y),
  };
}

/**
 * Where the names of some arrows stand, or null if not all have room.
 *
 * `taken` are the discs of names and circles that are in the way already, and gets those of these
 * names. A name goes where the fewest `others` cross it.
 */
function namePlaces(arrows, widths, taken, others) {
  if (arrows.length > MOST_NAMES) return null;
  const places = [];
  const before = taken.length;
  arrows.forEach((arrow, i) => {
    const place = arrow.length > widths[i] + FEWEST_PIXELS
      ? bestPlace(arrow, widths[i], taken, others)
      : null;
    if (place) taken.push(...place.discs);
    places.push(place);
  });
  if (places.every(Boolean)) return places;
  taken.length = before;
  return null;
}

function bestPlace(arrow, width, taken, others) {
  const free = ALONG.map(share => {
    const middle = pointAlong(arrow, share);
    const discs = discsOf(middle, arrow, width);
    return {...middle, discs, angle: Math.atan2(arrow.down, arrow.across) * 180 / Math.PI};
  }).filter(({discs}) => !discs.some(disc => taken.some(other => touches(disc, other))));
  if (!free.length) return null;
  const crossings = ({discs}) => {
    const across = others.filter(other => discs.some(disc => crosses(other, disc)));
    return across.length;
  };
  return free.reduce((best, place) => crossings(place) < crossings(best) ? place : best);
}

/** A name as discs along its arrow. */
function discsOf(middle, {across, down}, width) {
  const radius = NAME_SIZE / 2 + 2;
  const count = Math.max(2, Math.ceil(width / radius));
  return Array.from({length: count}, (_, i) => {
    const along = (i / (count - 1) - 0.5) * (width - radius);
    return {x: middle.x + along * across, y: middle.y + along * down, radius};
  });
}

function touches(disc, other) {
  return Math.hypot(disc.x - other.x, disc.y - other.y) < disc.radius + other.radius;
}

/** Whether an arrow passes through a disc. */
function crosses({start, end}, disc) {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const share = ((disc.x - start.x) * dx + (disc.y - start.y) * dy) / (dx * dx + dy * dy);
  const nearest = pointAlong({start, end}, Math.min(1, Math.max(0, share)));
  return Math.hypot(nearest.x - disc.x, nearest.y - disc.y) < disc.radius;
}
