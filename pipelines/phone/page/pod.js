// @ts-check
/** One worn pod: keep its link, record all it says, fetch again what the link lost. */

import { Coverage } from "./coverage.js";
import {
  BATTERY_SERVICE, CHANNELS, Channel, Kind, Op, Result, SERVICE, command, config, pair, readAnswer, readFrame,
  readPair, readStarted,
} from "./orp_v1.js";

const ATTEMPTS = 3, ANSWER_MS = 2000, BULK_MS = 15000, PORTION = 400, SILENT_MS = 5000;
const BACK_OFF_MS = [0, 500, 1000, 2000];
const WANTED = { rateHz: 200, accRangeG: 16, gyrRangeDps: 2000, latencyMs: 100 };

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/** @template T @param {Promise<T>} work @param {number} ms @param {string} words @returns {Promise<T>} */
const within = (work, ms, words) =>
  Promise.race([work, sleep(ms).then(() => { throw new Error(words); })]);

export class Pod {
  /** @param {BluetoothDevice} device @param {string} placement @param {number} number
   * @param {{add: Function, note: Function, opened: Function, nowNs: () => bigint}} recording */
  constructor(device, placement, number, recording) {
    this.device = device;
    this.placement = placement;
    this.number = number;
    this.recording = recording;
    this.coverage = new Coverage();
    this.state = "connecting";
    this.words = "";
    this.battery = /** @type {number | null} */ (null);
    this.lastMs = performance.now();
    this.fetched = 0;
    this.tStartUs = /** @type {bigint | null} */ (null);
    this.ending = false;
    this.requestId = 0;
    this.busy = Promise.resolve(); // one operation of GATT at a time
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
        await this.begin();
        attempt = 0;
        this.state = "recording";
        this.words = "";
        await Promise.race([gone, this.fetchHoles(), this.silence()]);
      } catch (error) {
        this.words = error instanceof Error ? error.message : `${error}`;
      }
      if (this.ending) break;
      this.state = "lost";
      this.recording.note("lost", { pod: this.number });
      this.device.gatt?.disconnect();
    }
  }

  /** Fetch what is missing, stop the pod and let go of it. */
  async stop() {
    this.ending = true;
    try {
      if (this.device.gatt?.connected) {
        await within(this.fetchAll(), 20000, "");
        await this.ask(Op.STOP);
      }
    } catch (error) {
      this.words = error instanceof Error ? error.message : `${error}`;
    }
    this.state = "stopped";
    this.recording.note("stopped", { pod: this.number, fetched: this.fetched });
    this.device.gatt?.disconnect();
  }

  async begin() {
    const server = await within(/** @type {any} */ (this.device.gatt).connect(), 10000, "it does not answer; bring it closer");
    const service = await server.getPrimaryService(SERVICE);
    /** @type {BluetoothRemoteGATTCharacteristic[]} */
    this.characteristics = [];
    for (const channel of [Channel.INFO, Channel.CONTROL, Channel.STREAM, Channel.BULK, Channel.STATUS])
      this.characteristics[channel] = await service.getCharacteristic(CHANNELS[channel]);
    /** @type {import("./journal.js").Packet[]} */
    const said = [];
    const listen = (/** @type {number} */ channel, /** @type {Uint8Array} */ payload) => {
      if (channel === Channel.CONTROL) said.push({ hostNs: this.recording.nowNs(), channel, payload });
    };
    const info = bytes(await this.characteristics[Channel.INFO].readValue());
    said.push(this.receive(Channel.INFO, info));
    for (const channel of [Channel.CONTROL, Channel.BULK, Channel.STREAM, Channel.STATUS])
      await this.subscribe(channel);
    this.listeners.add(listen);
    try {
      const configured = await this.ask(Op.CONFIG, config(WANTED));
      if (![Result.OK, Result.STATE].includes(configured.result)) throw new Error("it refuses its configuration; update its firmware");
      const started = await this.ask(Op.START);
      const at = readStarted(started.data);
      if (started.result !== Result.OK || !at) throw new Error("it refuses to start; switch it off and on");
      // Another time of index 0 is another sampling: what was missing of the one before is gone.
      if (at.tStartUs !== this.tStartUs && this.coverage.newest) this.coverage = Object.assign(new Coverage(), { gone: this.coverage.missing });
      this.tStartUs = at.tStartUs;
    } finally {
      this.listeners.delete(listen);
    }
    this.recording.opened(this.number, said);
    this.lastMs = performance.now();
    await this.readBattery(server);
  }

  /** @param {BluetoothRemoteGATTServer} server */
  async readBattery(server) {
    try {
      const service = await server.getPrimaryService(BATTERY_SERVICE);
      const value = await service.getCharacteristic(CHANNELS[Channel.BATTERY]);
      this.receive(Channel.BATTERY, bytes(await value.readValue()));
    } catch {
      return; // not every pod has it
    }
  }

  /** @param {number} channel */
  async subscribe(channel) {
    const one = /** @type {BluetoothRemoteGATTCharacteristic[]} */ (this.characteristics)[channel];
    one.addEventListener("characteristicvaluechanged", () => {
      if (one.value) this.receive(channel, bytes(one.value));
    });
    await one.startNotifications();
  }

  /** Record what came, before anything looks at it. @param {number} channel @param {Uint8Array} payload */
  receive(channel, payload) {
    const packet = { hostNs: this.recording.nowNs(), channel, payload };
    this.recording.add(this.number, packet);
    if (channel === Channel.STREAM || channel === Channel.BULK) this.tally(channel, payload);
    if (channel === Channel.BATTERY || channel === Channel.STATUS) this.battery = payload[0] <= 100 ? payload[0] : null;
    for (const listener of this.listeners) listener(channel, payload);
    return packet;
  }

  /** @param {number} channel @param {Uint8Array} payload */
  tally(channel, payload) {
    const frame = readFrame(payload);
    if (!frame || frame.kind !== Kind.RAW6) return;
    const added = this.coverage.add(frame.index, frame.n);
    if (channel === Channel.BULK) this.fetched += added;
    else this.lastMs = performance.now();
  }

  /** @param {number} op @param {Uint8Array} [data] */
  async ask(op, data) {
    this.requestId = 1 + (this.requestId % 250);
    const request = command(op, this.requestId, data);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answered = this.next(Channel.CONTROL, (payload) => {
        const answer = readAnswer(payload);
        return answer && answer.op === op && answer.requestId === request[1] ? answer : null;
      }, ANSWER_MS);
      const written = (this.busy = this.busy.catch(() => undefined).then(() =>
        /** @type {any} */ (this.characteristics)[Channel.CONTROL].writeValueWithResponse(request)));
      await within(written, ANSWER_MS, "it takes no command; bring it closer");
      const answer = await answered;
      if (answer) return answer;
    }
    throw new Error("it does not answer; switch it off and on");
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

  /** Fetch holes as they show, beside the live frames, for as long as the link lasts. */
  async fetchHoles() {
    while (this.device.gatt?.connected && !this.ending) {
      if (!(await this.fetchOldest())) await sleep(300);
    }
  }

  async fetchAll() {
    while (await this.fetchOldest());
  }

  /** Fetch a portion of the oldest hole; false where there is none. */
  async fetchOldest() {
    const hole = this.coverage.hole(PORTION);
    if (!hole) return false;
    const ended = this.next(Channel.BULK, (payload) => {
      const frame = readFrame(payload);
      return frame && frame.kind === Kind.END && frame.index > hole.first ? frame : null;
    }, BULK_MS);
    const answer = await this.ask(Op.BACKFILL, pair(hole.first, hole.stop - hole.first));
    if (answer.result === Result.RANGE) {
      this.coverage.giveUp(hole.first, hole.stop);
      return true;
    }
    const held = readPair(answer.data);
    if (!held) throw new Error("it does not say what it holds; switch it off and on");
    if (held[0] > hole.first) this.coverage.giveUp(hole.first, Math.min(hole.stop, held[0]));
    await ended;
    return true;
  }

  /** Return once nothing has come for long: connected, but not alive. */
  async silence() {
    while (performance.now() - this.lastMs < SILENT_MS) await sleep(500);
    this.words = "connected, but silent; connecting again";
  }
}

/** @param {DataView} value */
const bytes = (value) => new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
