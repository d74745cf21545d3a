// @ts-check
/** Waiting, and not for ever. */

export const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** @template T @param {Promise<T>} work @param {number} ms @param {string} words @returns {Promise<T>} */
export const within = (work, ms, words) =>
  Promise.race([work, sleep(ms).then(() => { throw new Error(words); })]);
