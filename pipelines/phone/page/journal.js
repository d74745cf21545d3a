// @ts-check
/** The journal of a recording, byte for byte as midstance writes it: records with a checksum each. */

const MAGIC = [0x4d, 0x53, 0x4a, 0x31]; // "MSJ1"
const HEADER_BYTES = 16, CRC_BYTES = 4;
const FORMAT = "midstance journal 1";
const OWN = 0;
const REPEAT_S = [1, 30]; // first and longest time until the next copy of the header
const MOST_ANSWERS = 64;

/** @typedef {{placement: string, address: string, name: string, protocol: string}} Pod */
/** @typedef {{session: string, athlete: string, started_utc: string, started_ns: bigint, pods: Record<string, Pod>, timezone: string}} Header */
/** @typedef {{hostNs: bigint, channel: number, payload: Uint8Array}} Packet */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** CRC-32 as zlib has it. @param {Uint8Array} bytes */
export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

/** One record as bytes. @param {number} stream @param {number} flags @param {bigint} hostNs @param {Uint8Array} payload */
export function record(stream, flags, hostNs, payload) {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length + CRC_BYTES);
  const of = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  of.setUint16(4, payload.length, true);
  bytes[6] = stream;
  bytes[7] = flags;
  of.setBigInt64(8, hostNs, true);
  bytes.set(payload, HEADER_BYTES);
  of.setUint32(HEADER_BYTES + payload.length, crc32(bytes.subarray(0, -CRC_BYTES)), true);
  return bytes;
}

/** Yield every intact record of a journal, skipping damage.
 * @param {Uint8Array} bytes
 * @returns {Generator<{stream: number, flags: number, hostNs: bigint, payload: Uint8Array}>} */
export function* records(bytes) {
  const of = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + HEADER_BYTES + CRC_BYTES <= bytes.length) {
    const length = of.getUint16(at + 4, true), end = at + HEADER_BYTES + length;
    const whole = MAGIC.every((byte, i) => bytes[at + i] === byte) && end + CRC_BYTES <= bytes.length;
    if (whole && crc32(bytes.subarray(at, end)) === of.getUint32(end, true)) {
      const payload = bytes.subarray(at + HEADER_BYTES, end);
      yield { stream: bytes[at + 6], flags: bytes[at + 7], hostNs: of.getBigInt64(at + 8, true), payload };
      at = end + CRC_BYTES;
    } else {
      at += 1;
    }
  }
}

/** The header of a journal, as its last copy has it; null where none is intact. @param {Uint8Array} bytes */
export function headerOf(bytes) {
  let found = null;
  for (const { stream, payload } of records(bytes)) {
    if (stream !== OWN) continue;
    const said = parsed(new TextDecoder().decode(payload));
    const { kind, format, ...header } = said;
    if (kind === "header") found = header;
  }
  return /** @type {Header | null} */ (found);
}

/** Whether a recording was ended, and not only broken off. @param {Uint8Array} bytes */
export function isClosed(bytes) {
  for (const { stream, payload } of records(bytes))
    if (stream === OWN && parsed(new TextDecoder().decode(payload)).kind === "closed") return true;
  return false;
}

/** JSON in which times in ns, too long for a number, become BigInt. @param {string} text */
function parsed(text) {
  const said = JSON.parse(text.replace(/"started_ns": ?(-?\d+)/, '"started_ns": "$1"'));
  if ("started_ns" in said) said.started_ns = BigInt(said.started_ns);
  return said;
}

/** @param {Record<string, unknown>} fields */
const json = (fields) =>
  JSON.stringify(fields, (_, value) => (typeof value === "bigint" ? `#${value}#` : value))
    .replace(/"#(-?\d+)#"/g, "$1");

const hex = (/** @type {Uint8Array} */ bytes) =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Writes records by `append`; what all else depends on is repeated throughout. */
export class Journal {
  /** @param {(bytes: Uint8Array) => void} append @param {Header} header */
  constructor(append, header) {
    this.append = append;
    this.header = header;
    /** @type {Map<number, Packet[]>} */
    this.answers = new Map();
    this.repeatS = REPEAT_S[0];
    this.repeatNs = 0n;
  }

  /** @param {bigint} hostNs @param {string} kind @param {Record<string, unknown>} [fields] */
  note(hostNs, kind, fields = {}) {
    const text = new TextEncoder().encode(json({ kind, ...fields }));
    this.append(record(OWN, 0, hostNs, text));
  }

  /** @param {number} stream @param {Packet} packet */
  add(stream, { hostNs, channel, payload }) {
    this.append(record(stream, channel, hostNs, payload));
    if (hostNs >= this.repeatNs) {
      this.repeat(hostNs);
      this.repeatS = Math.min(2 * this.repeatS, REPEAT_S[1]);
    }
  }

  /** Keep in mind how a pod has begun. @param {number} stream @param {bigint} hostNs @param {Packet[]} said */
  opened(stream, hostNs, said) {
    this.answers.set(stream, [...(this.answers.get(stream) ?? []), ...said].slice(-MOST_ANSWERS));
    this.repeat(hostNs);
  }

  /** @param {bigint} hostNs */
  repeat(hostNs) {
    this.repeatNs = hostNs + BigInt(Math.round(this.repeatS * 1e9));
    this.note(hostNs, "header", { format: FORMAT, ...this.header });
    for (const [pod, packets] of this.answers) {
      const said = packets.map((p) => [p.hostNs, p.channel, hex(p.payload)]);
      this.note(hostNs, "answers", { pod, said });
    }
  }

  /** @param {bigint} hostNs */
  close(hostNs) {
    this.repeat(hostNs);
    this.note(hostNs, "closed", { format: FORMAT, ...this.header });
  }
}
