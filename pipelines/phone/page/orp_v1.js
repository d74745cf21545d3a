// @ts-check
/** ORP v1: the bytes that a central sends and understands. firmware_protocols/spec/orp_v1.md says what they mean. */

const uuid = (/** @type {string} */ short) => `7a1e${short}-2c5b-4f0e-9d3a-6b8f14c0e275`;

export const SERVICE = uuid("0001");
export const BATTERY_SERVICE = "0000180f-0000-1000-8000-00805f9b34fb";
/** Characteristics; a channel of the journal is the position in this list. */
export const CHANNELS = [
  uuid("0010"), uuid("0011"), uuid("0012"), uuid("0013"), uuid("0014"), uuid("0015"),
  "00002a19-0000-1000-8000-00805f9b34fb",
];
export const Channel = { INFO: 0, CONTROL: 1, STREAM: 2, BULK: 3, TIME: 4, STATUS: 5, BATTERY: 6 };
export const Op = { CONFIG: 2, START: 3, STOP: 4, BACKFILL: 5, BUFFER: 6, IDENTIFY: 9 };
export const Result = { OK: 0, UNKNOWN_OP: 1, PARAMETER: 2, STATE: 3, MTU: 4, RANGE: 5, BUSY: 6 };
export const Kind = { RAW6: 0, END: 15 };

const HEADER_BYTES = 14, SAMPLE_BYTES = 12, CRC_BYTES = 2;
const EMPTY_BYTES = HEADER_BYTES + CRC_BYTES;

/** @typedef {{kind: number, flags: number, sequence: number, index: number, t0_us: number, n: number, config: number}} Frame */

const view = (/** @type {Uint8Array} */ bytes) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** CRC-16/XMODEM. @param {Uint8Array} bytes @param {number} length */
export function crc16(bytes, length) {
  let crc = 0;
  for (let i = 0; i < length; i++) {
    crc ^= bytes[i] << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

/** Return the header of a frame, or null for bytes that are no valid frame.
 * @param {Uint8Array} bytes @returns {Frame | null} */
export function readFrame(bytes) {
  if (bytes.length < EMPTY_BYTES || bytes[0] >> 4 !== 1) return null;
  const kind = bytes[0] & 15, n = bytes[12];
  if (bytes.length !== EMPTY_BYTES + n * SAMPLE_BYTES) return null;
  const of = view(bytes);
  if (crc16(bytes, bytes.length - CRC_BYTES) !== of.getUint16(bytes.length - CRC_BYTES, true)) return null;
  if (kind !== Kind.RAW6 && kind !== Kind.END) return null;
  return {
    kind, flags: bytes[1] & 15, sequence: of.getUint16(2, true), index: of.getUint32(4, true),
    t0_us: of.getUint32(8, true), n, config: bytes[13],
  };
}

/** @param {number} op @param {number} requestId @param {Uint8Array} [data] */
export const command = (op, requestId, data = new Uint8Array(0)) =>
  new Uint8Array([op, requestId, ...data]);

/** Return an answer, or null for bytes that are none.
 * @param {Uint8Array} bytes @returns {{op: number, requestId: number, result: number, data: Uint8Array} | null} */
export function readAnswer(bytes) {
  if (bytes.length < 3 || !(bytes[0] & 0x80)) return null;
  return { op: bytes[0] & 0x7f, requestId: bytes[1], result: bytes[2], data: bytes.subarray(3) };
}

/** The arguments of CONFIG. @param {{rateHz: number, accRangeG: number, gyrRangeDps: number, latencyMs: number}} wanted */
export function config({ rateHz, accRangeG, gyrRangeDps, latencyMs }) {
  const bytes = new Uint8Array(3 + 6 + 5 + 5 + 4), of = view(bytes);
  bytes.set([0x10, 1, 0, 0x11, 4]);
  of.setFloat32(5, rateHz, true);
  bytes.set([0x12, 3, 1], 9);
  of.setUint16(12, accRangeG, true);
  bytes.set([0x12, 3, 2], 14);
  of.setUint16(17, gyrRangeDps, true);
  bytes.set([0x13, 2], 19);
  of.setUint16(21, latencyMs, true);
  return bytes;
}

/** Two indices: the arguments of BACKFILL. @param {number} first @param {number} second */
export function pair(first, second) {
  const bytes = new Uint8Array(8), of = view(bytes);
  of.setUint32(0, first, true);
  of.setUint32(4, second, true);
  return bytes;
}

/** The data of a BACKFILL answer, first and count; null where it is none. @param {Uint8Array} data */
export const readPair = (data) =>
  data.length === 8 ? [view(data).getUint32(0, true), view(data).getUint32(4, true)] : null;

/** The data of a START answer; null where it is none. @param {Uint8Array} data */
export const readStarted = (data) =>
  data.length === 12
    ? { nextIndex: view(data).getUint32(0, true), tStartUs: view(data).getBigUint64(4, true) }
    : null;
