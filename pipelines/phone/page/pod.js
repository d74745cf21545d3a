// @ts-check
/** One worn pod: keep its link, record all it says. What it is told, its firmware says. */

import { Capture2GoPod } from "./capture2go_pod.js";
import { Coverage } from "./coverage.js";
import { OrpPod } from "./orp_v1_pod.js";
import { sleep, within } from "./waiting.js";

export const FIRMWARES = [OrpPod, Capture2GoPod];
const CONNECT_MS = 10000, WRITE_MS = 2000, SILENT_MS = 5000;
const BACK_OFF_MS = [0, 500, 1000, 2000];

/** @typedef {OrpPod | Capture2GoPod} Firmware */

export class Pod {
  /** @param {BluetoothDevice} device @param {string} placement
   * @param {import("./recording.js").Recording} recording */
  constructor(device, placement, recording) {
    this.device = device;
    this.placement = placement;
    this.recording = recording;
    this.number = 0; // of its stream in the journal, once it is known what it speaks
    /** @type {Firmware | null} */
    this.firmware = null;
    this.coverage = new Coverage();
    this.state = "connecting";
    this.words = "";
    this.battery = /** @type {number | null} */ (null);
    this.lastMs = performance.now();
    this.fetched = 0;
    this.ending = false;
    this.busy = Promise.resolve(); // one operation of GATT at a time
    /** @type {BluetoothRemoteGATTCharacteristic[]} */
    this.characteristics = [];
    /** @type {import("./journal.js").Packet[] | null} */
    this.opening = null;
    /** @type {Set<(channel: number, payload: Uint8Array) => void>} */
    this.listeners = new Set();
    device.addEventListener("gattserverdisconnected", () => this.lost?.());
  }

  /** Record until `stop`; connect again as long as it takes. */
  async run() {
    for (let attempt = 0; !this.ending; attempt++) {
      await sleep(BACK_OFF_MS[Math.min(attempt, BACK_OFF_MS.length - 1)]);
      const gone = new Promise((done) => (this.lost = () => done(undefined)));
      try {
        const firmware = await this.begin();
        attempt = 0;
        this.state = "recording";
        this.words = "";
        await Promise.race([gone, firmware.hold(), this.silence()]);
      } catch (error) {
        this.words = error instanceof Error ? error.message : `${error}`;
      }
      if (this.ending) break;
      this.state = "lost";
      if (this.number) this.recording.note("lost", { pod: this.number });
      this.device.gatt?.disconnect();
    }
  }

  /** Take what the pod still holds, stop it and let go of it. */
  async stop() {
    this.ending = true;
    try {
      if (this.device.gatt?.connected) await this.firmware?.end();
    } catch (error) {
      this.words = error instanceof Error ? error.message : `${error}`;
    }
    this.state = "stopped";
    if (this.number) this.recording.note("stopped", { pod: this.number, fetched: this.fetched });
    this.device.gatt?.disconnect();
  }

  async begin() {
    /** @type {BluetoothRemoteGATTServer} */
    const server = await within(/** @type {any} */ (this.device.gatt).connect(), CONNECT_MS, "it does not answer; bring it closer");
    this.characteristics = [];
    this.firmware ??= await this.met(server);
    /** @type {import("./journal.js").Packet[]} */
    const said = (this.opening = []);
    try {
      await this.firmware.begin(server);
    } finally {
      this.opening = null;
    }
    this.recording.opened(this.number, said);
    this.lastMs = performance.now();
    return this.firmware;
  }

  /** Find out which firmware it has, and have it in the journal. @param {BluetoothRemoteGATTServer} server */
  async met(server) {
    for (const Firmware of FIRMWARES) {
      try {
        await server.getPrimaryService(Firmware.SERVICE);
      } catch (error) {
        if (/** @type {any} */ (error)?.name === "NotFoundError") continue;
        throw error;
      }
      const firmware = new Firmware(this);
      this.recording.met(this, firmware, Firmware.PROTOCOL);
      return firmware;
    }
    throw new Error("it is no pod that this page can record; use midstance record for it");
  }

  /** @param {number} channel */
  async subscribe(channel) {
    const one = this.characteristics[channel];
    one.addEventListener("characteristicvaluechanged", () => {
      if (one.value) this.receive(channel, bytes(one.value));
    });
    await one.startNotifications();
  }

  /** @param {number} channel */
  async read(channel) {
    this.receive(channel, bytes(await this.characteristics[channel].readValue()));
  }

  /** @param {number} channel @param {Uint8Array} payload */
  async write(channel, payload) {
    const written = (this.busy = this.busy.catch(() => undefined).then(() =>
      /** @type {any} */ (this.characteristics)[channel].writeValueWithResponse(payload)));
    await within(written, WRITE_MS, "it takes no command; bring it closer");
  }

  /** Record what came, before anything looks at it. @param {number} channel @param {Uint8Array} payload */
  receive(channel, payload) {
    const packet = { hostNs: this.recording.nowNs(), channel, payload };
    this.recording.add(this.number, packet);
    if (this.opening && this.firmware?.keeps(channel)) this.opening.push(packet);
    this.firmware?.tally(channel, payload);
    for (const listener of this.listeners) listener(channel, payload);
  }

  /** The first that fits of what a channel says within a time, or null.
   * @template T @param {number} channel @param {(payload: Uint8Array) => T | null} fits @param {number} ms
   * @returns {Promise<T | null>} */
  next(channel, fits, ms) {
    return new Promise((done) => {
      const end = (/** @type {T | null} */ value) => {
        this.listeners.delete(listen);
        clearTimeout(timer);
        done(value);
      };
      const listen = (/** @type {number} */ on, /** @type {Uint8Array} */ payload) => {
        const value = on === channel ? fits(payload) : null;
        if (value) end(value);
      };
      const timer = setTimeout(() => end(null), ms);
      this.listeners.add(listen);
    });
  }

  /** Return once nothing has come for long: connected, but not alive. */
  async silence() {
    while (performance.now() - this.lastMs < SILENT_MS) await sleep(500);
    this.words = "connected, but silent; connecting again";
  }
}

/** @param {DataView} value */
const bytes = (value) => new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
