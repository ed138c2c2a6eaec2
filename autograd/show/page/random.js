// Chance, as Python has it: the generator of `random.Random(seed)`, and the shuffle of `fit`.

const STATE_SIZE = 624;
const TWIST_OFFSET = 397;
const TWIST = 0x9908b0df;
const UPPER_BIT = 0x80000000;

/** The numbers of Python's random.Random(seed), for whole seeds from 0 below 2³²: MT19937. */
class Generator {
  constructor(seed) {
    this.state = startedState(seed);
    this.next = STATE_SIZE;
  }

  /** A number from 0 below 1, of 53 random bits. */
  random() {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  uniform(low, high) {
    return low + (high - low) * this.random();
  }

  /** 32 random bits. */
  bits() {
    if (this.next === STATE_SIZE) this.twist();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** Make the next 624 numbers out of the last. */
  twist() {
    const {state} = this;
    for (let i = 0; i < STATE_SIZE; i++) {
      const y = (state[i] & UPPER_BIT) | (state[(i + 1) % STATE_SIZE] & 0x7fffffff);
      const mixed = (y >>> 1) ^ (y & 1 ? TWIST : 0);
      state[i] = state[(i + TWIST_OFFSET) % STATE_SIZE] ^ mixed;
    }
    this.next = 0;
  }
}

/** The state that a seed of 32 bits begins with, as MT19937's init_by_array makes it. */
function startedState(seed) {
  const state = new Uint32Array(STATE_SIZE);
  state[0] = 19650218;
  for (let i = 1; i < STATE_SIZE; i++) {
    state[i] = Math.imul(1812433253, spread(state[i - 1])) + i;
  }
  let place = 1;
  const move = () => {
    place += 1;
    if (place < STATE_SIZE) return;
    state[0] = state[STATE_SIZE - 1];
    place = 1;
  };
  for (let k = 0; k < STATE_SIZE; k++) {
    state[place] = (state[place] ^ Math.imul(spread(state[place - 1]), 1664525)) + seed;
    move();
  }
  for (let k = 1; k < STATE_SIZE; k++) {
    state[place] = (state[place] ^ Math.imul(spread(state[place - 1]), 1566083941)) - place;
    move();
  }
  state[0] = UPPER_BIT;
  return state;
}

function spread(x) {
  return x ^ (x >>> 30);
}

const MULTIPLIER = {high: 0x5851f42d, low: 0x4c957f2d}; // 6364136223846793005
const INCREMENT = {high: 0x14057b7e, low: 0xf767814f}; // 1442695040888963407

/**
 * The shuffle of `fit`: Fisher and Yates', on the linear congruential generator of Knuth's MMIX.
 *
 * Its state has 63 bits, in two numbers: JavaScript's have 53.
 */
class Shuffle {
  constructor(seed) {
    this.high = Math.floor(seed / 2 ** 32);
    this.low = seed >>> 0;
  }

  /** Shuffle an array of places. */
  shuffle(order) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(this.bits() * (i + 1) / 2 ** 32);
      const moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
  }

  /** The 32 upper bits of the next state. */
  bits() {
    const {high, low} = this;
    const product = (low & 0xffff) * MULTIPLIER.low;
    const shifted = (low >>> 16) * MULTIPLIER.low;
    const sum = product + (shifted & 0xffff) * 65536 + INCREMENT.low;
    const carried = Math.floor(shifted / 65536) + Math.floor(sum / 2 ** 32);
    const mixed = Math.imul(low, MULTIPLIER.high) + Math.imul(high, MULTIPLIER.low);
    this.low = sum >>> 0;
    this.high = (mixed + carried + INCREMENT.high) & 0x7fffffff;
    return ((this.high << 1) | (this.low >>> 31)) >>> 0;
  }
}
