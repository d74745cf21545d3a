// @ts-check
/** Which samples of a pod are here, by index, and which are still to be fetched. */

export class Coverage {
  constructor() {
    /** Spans of samples that are here or gone for good, [first, one past the last], in order.
     * @type {[number, number][]} */
    this.spans = [];
    this.gone = 0;
    this.received = 0;
  }

  /** Samples from `first` on are here; return how many of them are new. @param {number} first @param {number} count */
  add(first, count) {
    const added = this.cover(first, first + count);
    this.received += added;
    return added;
  }

  /** No pod holds these any more. @param {number} first @param {number} stop */
  giveUp(first, stop) {
    this.gone += this.cover(first, stop);
  }

  /** @param {number} first @param {number} stop */
  cover(first, stop) {
    if (stop <= first) return 0;
    const apart = this.spans.filter(([a, b]) => b < first || a > stop);
    const touched = this.spans.filter(([a, b]) => !(b < first || a > stop));
    const within = touched.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, stop) - Math.max(a, first)), 0);
    const a = Math.min(first, ...touched.map((span) => span[0]));
    const b = Math.max(stop, ...touched.map((span) => span[1]));
    this.spans = [...apart, /** @type {[number, number]} */ ([a, b])].sort((one, other) => one[0] - other[0]);
    return stop - first - within;
  }

  /** The oldest hole, `atMost` samples of it, or null. @param {number} atMost */
  hole(atMost) {
    if (this.spans.length < 2) return null;
    const [[, first], [next]] = this.spans;
    return { first, stop: Math.min(next, first + atMost) };
  }

  get missing() {
    return this.spans.slice(1).reduce((sum, span, i) => sum + span[0] - this.spans[i][1], 0);
  }

  get newest() {
    return this.spans.length ? this.spans[this.spans.length - 1][1] : 0;
  }
}
