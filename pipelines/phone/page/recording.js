// @ts-check
/** One recording: its journal, its pods, and the clock that stamps both. */

import { Journal, headerOf, isClosed, records } from "./journal.js";
import { Pod } from "./pod.js";
import { OpenFile, read } from "./storage.js";

/** Never set back while the page lives, and goes on where another page of this phone stopped. */
export const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;

const two = (/** @type {number} */ value) => `${value}`.padStart(2, "0");

/** A session id as midstance makes them: the day and four random digits. */
export function newSession(now = new Date()) {
  const day = `${now.getUTCFullYear()}-${two(now.getUTCMonth() + 1)}-${two(now.getUTCDate())}`;
  const random = crypto.getRandomValues(new Uint8Array(2));
  return `${day}-${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export class Recording {
  /** @param {import("./journal.js").Header} header @param {(words: string) => void} onTrouble */
  constructor(header, onTrouble) {
    this.file = new OpenFile(`${header.athlete}.${header.session}.journal`, onTrouble);
    this.journal = new Journal((bytes) => this.file.append(bytes), header);
    /** @type {Pod[]} */
    this.pods = [];
    this.nowNs = nowNs;
    /** What the file held when it was gone on with. @type {Uint8Array | null} */
    this.before = null;
  }

  /** Begin a new one of an athlete. @param {string} athlete @param {(words: string) => void} onTrouble */
  static async begin(athlete, onTrouble) {
    const header = {
      session: newSession(), athlete, started_utc: new Date().toISOString().replace("Z", "+00:00"),
      started_ns: nowNs(), pods: {}, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
    const recording = new Recording(header, onTrouble);
    await recording.file.open();
    recording.journal.repeat(header.started_ns);
    return recording;
  }

  /** Go on with the file of one that was interrupted; its pods are to be chosen again.
   * @param {string} name @param {(words: string) => void} onTrouble */
  static async goOn(name, onTrouble) {
    const bytes = new Uint8Array(await (await read(name)).arrayBuffer());
    const header = headerOf(bytes);
    if (!header) throw new Error(`${name} has no header: save it, and midstance recover reads the rest.`);
    if (isClosed(bytes)) throw new Error(`${name} was ended: save it, and begin a new one.`);
    const recording = new Recording(header, onTrouble);
    recording.before = bytes;
    await recording.file.open();
    recording.note("resumed");
    return recording;
  }

  /** Wear a pod. @param {BluetoothDevice} device @param {string} placement */
  wear(device, placement) {
    const pod = new Pod(device, placement, this);
    this.pods.push(pod);
    return pod;
  }

  /** Have a pod in the journal, once it is known what it speaks; a placement that was worn before by one that
   * speaks the same goes on under its number.
   * @param {Pod} pod @param {import("./pod.js").Firmware} firmware @param {string} protocol */
  met(pod, firmware, protocol) {
    const { device, placement } = pod, { pods } = this.journal.header;
    const known = Object.entries(pods).find(([, one]) => one.placement === placement && one.protocol === protocol);
    pod.number = known ? Number(known[0]) : 1 + Object.keys(pods).length;
    pods[pod.number] = { placement, address: device.id, name: device.name ?? device.id, protocol };
    this.journal.repeat(nowNs());
    for (const { stream, flags, payload } of this.before ? records(this.before) : [])
      if (stream === pod.number) firmware.tally(flags, payload, true);
  }

  /** Whether the clock of a pod is the one that others which speak the same follow: of the first.
   * @param {Pod} pod */
  leads(pod) {
    const { pods } = this.journal.header, { protocol } = pods[pod.number];
    return Object.entries(pods).every(([number, one]) => one.protocol !== protocol || Number(number) >= pod.number);
  }

  /** A number for this recording that no other has, as midstance makes it: 64 bits, not 0. */
  async syncNumber() {
    const { athlete, session, started_utc } = this.journal.header;
    const words = new TextEncoder().encode(`${athlete}/${session}/${started_utc}`);
    const digest = new DataView(await crypto.subtle.digest("SHA-256", words));
    return digest.getBigUint64(0) || 1n;
  }

  /** @param {number} stream @param {import("./journal.js").Packet} packet */
  add(stream, packet) {
    this.journal.add(stream, packet);
  }

  /** @param {number} stream @param {import("./journal.js").Packet[]} said */
  opened(stream, said) {
    this.journal.opened(stream, nowNs(), said);
  }

  /** @param {string} kind @param {Record<string, unknown>} [fields] */
  note(kind, fields) {
    this.journal.note(nowNs(), kind, fields);
  }

  /** Fetch what is missing, stop the pods, close the journal; return how many bytes found no room. */
  async end() {
    await Promise.all(this.pods.map((pod) => pod.stop()));
    this.journal.close(nowNs());
    await this.file.close();
    return this.file.unwrittenBytes;
  }
}
