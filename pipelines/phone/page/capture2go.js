// @ts-check
/** Capture2Go, version 1 of its maker's protocol: the bytes that a central sends and understands.
 * firmware_protocols/capture2go says what they mean. */

import { crc32 } from "./journal.js";

const uuid = (/** @type {string} */ short) => `8003${short}-e629-4c98-9324-aa7fc0c66de7`;

export const SERVICE = uuid("0001");
/** Characteristics; a channel of the journal is the position in this list. */
export const CHANNELS = [uuid("0002"), uuid("0003")];
export const Channel = { RX: 0, TX: 1 };
export const Id = {
  GET_DEVICE_INFO: 0x70, DEVICE_INFO: 0x71, SET_MODE: 0x120, GET_MODE: 0x121, MODE: 0x122, START_STREAMING: 0x150,
  STREAMING_STARTED: 0x151, STOP_STREAMING: 0x152, STREAMING_STOPPED: 0x153, STOP_AND_CLEAR: 0x158,
  STOPPED_AND_CLEARED: 0x159, SET_TIME: 0x170, TIME: 0x171, GET_STATUS: 0x200, STATUS: 0x201, ERROR: 0xffff,
};
export const State = { IDLE: 1, STREAMING: 2, RECORDING: 3 };
export const Sync = { NONE: 0, SENDER: 1, RECEIVER: 2 };
export const WRONG_STATE = 0xfb;
export const PROTOCOL = 1;

const START = 0x02, HEADER_BYTES = 8, CHECKED = 6, MOST_PAYLOAD = 236;
const NO_REALTIME = 0xff, MOST_REALTIME = 3;
const MODE_BYTES = 30, STATUS_BYTES = 19, INFO_BYTES = 47, CHARGING = 128, PER_PACKAGE = 8;
const RATES_HZ = [200, 100, 50, 25, 10, 1];
/** The first of six ids each, one for each rate: the bytes of such a package, and its samples. */
const KINDS = [
  { first: 0x221, bytes: 163, n: PER_PACKAGE }, { first: 0x231, bytes: 115, n: PER_PACKAGE },
  { first: 0x241, bytes: 37, n: 1 }, { first: 0x251, bytes: 31, n: 1 },
];
const LATEST_NS = 2n ** 62n;

/** @typedef {{id: number, payload: Uint8Array}} Package */
/** @typedef {{packed: number, status_s: number, sync: number, sync_id: bigint, magnetometer: boolean}} Mode */

const view = (/** @type {Uint8Array} */ bytes) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One frame as bytes. @param {number} id @param {Uint8Array} [payload] */
export function frame(id, payload = new Uint8Array(0)) {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length), of = view(bytes);
  bytes[0] = START;
  bytes[5] = payload.length;
  of.setUint16(CHECKED, id, true);
  bytes.set(payload, HEADER_BYTES);
  of.setUint32(1, crc32(bytes.subarray(CHECKED)), true);
  return bytes;
}

/** The whole frame at the begin of `bytes`: how long it is, and what it carries. Null where there is none, and
 * a length alone where the rest is still to come.
 * @param {Uint8Array} bytes @returns {{length: number, whole: Package | null} | null} */
function frameAt(bytes) {
  const length = HEADER_BYTES + bytes[5], of = view(bytes);
  if (bytes[0] !== START || bytes[5] > MOST_PAYLOAD) return null;
  if (length > bytes.length) return { length, whole: null };
  if (crc32(bytes.subarray(CHECKED, length)) !== of.getUint32(1, true)) return null;
  return { length, whole: { id: of.getUint16(CHECKED, true), payload: bytes.slice(HEADER_BYTES, length) } };
}

/** Return a whole frame, or null for bytes that are none. @param {Uint8Array} bytes */
export function readFrame(bytes) {
  const found = bytes.length < HEADER_BYTES ? null : frameAt(bytes);
  return found && found.length === bytes.length ? found.whole : null;
}

/** Puts frames together from a stream that arrives in pieces, and finds them again after a loss. */
export class Assembler {
  constructor() {
    this.held = new Uint8Array(0);
  }

  /** The frames that are whole with this piece. @param {Uint8Array} piece */
  feed(piece) {
    const all = new Uint8Array(this.held.length + piece.length);
    all.set(this.held);
    all.set(piece, this.held.length);
    /** @type {Package[]} */
    const found = [];
    let at = 0;
    while (all.length - at >= HEADER_BYTES) {
      const next = frameAt(all.subarray(at));
      if (next && !next.whole) break;
      if (next?.whole) {
        found.push(next.whole);
        at += next.length;
      } else {
        at = all.indexOf(START, at + 1);
        if (at < 0) at = all.length;
      }
    }
    this.held = all.slice(at);
    return found;
  }
}

/** Every package that a notification completes; nothing of one that is none.
 * @param {Uint8Array} bytes @param {Assembler} assembler @returns {Package[]} */
export function packagesOf(bytes, assembler) {
  const count = NO_REALTIME - (bytes[0] ?? 0);
  if (!bytes.length || count > MOST_REALTIME) return [];
  const realtime = [];
  let at = 1;
  for (let k = 0; k < count; k++) {
    const one = readFrame(bytes.subarray(at, at + HEADER_BYTES + (bytes[at + 5] ?? 0)));
    if (!one) return [];
    realtime.push(one);
    at += HEADER_BYTES + one.payload.length;
  }
  return [...realtime, ...assembler.feed(bytes.subarray(at))];
}

/** @param {Mode} mode */
export function mode({ packed, status_s, sync, sync_id, magnetometer }) {
  const bytes = new Uint8Array(MODE_BYTES);
  bytes[10] = packed;
  bytes[14] = status_s;
  bytes[18] = sync;
  view(bytes).setBigUint64(19, sync_id, true);
  bytes[29] = magnetometer ? 0 : 1;
  return bytes;
}

/** Null for bytes that are none. @param {Uint8Array} bytes @returns {Mode | null} */
export const readMode = (bytes) =>
  bytes.length === MODE_BYTES
    ? {
        packed: bytes[10], status_s: bytes[14], sync: bytes[18], sync_id: view(bytes).getBigUint64(19, true),
        magnetometer: !bytes[29],
      }
    : null;

/** Null for bytes that are none. @param {Uint8Array} bytes */
export const readStatus = (bytes) =>
  bytes.length === STATUS_BYTES
    ? {
        t_ns: view(bytes).getBigInt64(0, true), state: bytes[8], battery_pct: bytes[17] & ~CHARGING,
        synchronised: bytes[16] !== 0, charging: (bytes[17] & CHARGING) !== 0, free_pct: bytes[18], connection: bytes[9],
      }
    : null;

/** Null for bytes that are none. @param {Uint8Array} bytes */
export function readInfo(bytes) {
  if (bytes.length !== INFO_BYTES) return null;
  const text = (/** @type {number} */ from, /** @type {number} */ to) =>
    new TextDecoder().decode(bytes.slice(from, to)).split("\0")[0];
  return {
    protocol: view(bytes).getUint16(0, true), serial: text(2, 8), hardware: text(8, 16), revision: text(16, 24),
    firmware: text(24, 36), date: text(36, 47),
  };
}

/** Why a pod refuses, and which command; null for bytes that are none. @param {Uint8Array} bytes */
export const readRefusal = (bytes) =>
  bytes.length === 3 ? { code: bytes[0], command: view(bytes).getUint16(1, true) } : null;

/** @param {bigint} tNs */
export function time(tNs) {
  const bytes = new Uint8Array(8);
  view(bytes).setBigInt64(0, tNs, true);
  return bytes;
}

/** When the first sample of a package was taken, how many there are, how far apart; null where it holds none.
 * @param {Package} one */
export function readSamples({ id, payload }) {
  const kind = KINDS.find(({ first }) => id >= first && id < first + RATES_HZ.length);
  if (!kind || payload.length !== kind.bytes) return null;
  const tNs = view(payload).getBigInt64(0, true);
  if (tNs < 0n || tNs >= LATEST_NS) return null;
  return { t_ns: tNs, n: kind.n, period_ns: 1e9 / RATES_HZ[id - kind.first] };
}
