// @ts-check
/** How a Capture2Go pod is begun, followed and ended. It holds back by itself what a lost link costs. */

import {
  Assembler, CHANNELS, Channel, Id, PROTOCOL, SERVICE, State, Sync, WRONG_STATE, frame, mode, packagesOf, readInfo,
  readMode, readRefusal, readSamples, readStatus, time,
} from "./capture2go.js";
import { Coverage } from "./coverage.js";
import { sleep } from "./waiting.js";

const ATTEMPTS = 3, ANSWER_MS = 3000, MOST_WAITS = 20, LOOKS = 8, LOOK_MS = 250, FULL_PCT = 100;
const LONGEST_GAP = 200 * 3600; // samples; more is a clock that was set

class Refused extends Error {
  /** @param {number} code */
  constructor(code) {
    super(`the pod refuses, with code ${code.toString(16)}; switch it off and on`);
    this.code = code;
  }
}

export class Capture2GoPod {
  static PROTOCOL = "capture2go";
  static SERVICE = SERVICE;

  /** @param {import("./pod.js").Pod} pod */
  constructor(pod) {
    this.pod = pod;
    this.assembler = new Assembler();
    /** @type {Set<(one: import("./capture2go.js").Package) => void>} */
    this.listeners = new Set();
    this.started = false;
  }

  /** What of all it says is repeated in the journal, for the rest cannot be read without. */
  keeps() {
    return true;
  }

  /** Begin streaming, or resume that of a pod which is at it for this recording. @param {BluetoothRemoteGATTServer} server */
  async begin(server) {
    const { pod } = this;
    this.assembler = new Assembler();
    const service = await server.getPrimaryService(SERVICE);
    for (const channel of [Channel.RX, Channel.TX])
      pod.characteristics[channel] = await service.getCharacteristic(CHANNELS[channel]);
    await pod.subscribe(Channel.TX);
    const info = readInfo((await this.request(Id.GET_DEVICE_INFO, Id.DEVICE_INFO)).payload);
    if (info?.protocol !== PROTOCOL) throw new Error("it speaks another Capture2Go; update its firmware, or this page");
    const wanted = await this.wanted();
    const { state } = await this.status();
    if (state === State.RECORDING) throw new Error("it records on board; end that with its app, or switch it off and on");
    if (state === State.STREAMING) {
      if (same(await this.mode(Id.GET_MODE), wanted)) {
        this.started = true;
        return;
      }
      await this.request(Id.STOP_AND_CLEAR, Id.STOPPED_AND_CLEARED);
    }
    await this.prepare(wanted);
    await this.request(Id.START_STREAMING, Id.STREAMING_STARTED);
    this.started = true;
  }

  /** The first of these pods gives its clock to all that know the number of this recording. */
  async wanted() {
    const sync = this.pod.recording.leads(this.pod) ? Sync.SENDER : Sync.RECEIVER;
    const syncId = await this.pod.recording.syncNumber();
    return { packed: 1, status_s: 1, sync, sync_id: syncId, magnetometer: false };
  }

  /** @param {import("./capture2go.js").Mode} wanted */
  async prepare(wanted) {
    // A clock set again, a little off, could hide among lost samples; one that is 0 again cannot.
    if (wanted.sync === Sync.SENDER && !this.started)
      await this.request(Id.SET_TIME, Id.TIME, time(this.pod.recording.nowNs()));
    if (!same(await this.mode(Id.SET_MODE, mode(wanted)), wanted))
      throw new Error("it does not take the rate that was asked for; update its firmware");
    for (let look = 0; wanted.sync === Sync.RECEIVER && look < LOOKS; look++) {
      if ((await this.status()).synchronised) return;
      await sleep(LOOK_MS);
    }
  }

  /** @param {number} id @param {Uint8Array} [payload] */
  async mode(id, payload) {
    return readMode((await this.request(id, Id.MODE, payload)).payload);
  }

  async status() {
    const said = readStatus((await this.request(Id.GET_STATUS, Id.STATUS)).payload);
    if (!said) throw new Error("it does not say how it is; update its firmware");
    return said;
  }

  /** Nothing is to be fetched: what it held back comes by itself. */
  async hold() {
    await new Promise(() => undefined);
  }

  /** End streaming, after all that the pod still held back. */
  async end() {
    try {
      await this.request(Id.STOP_STREAMING, Id.STREAMING_STOPPED);
    } catch (error) {
      if (!(error instanceof Refused && error.code === WRONG_STATE)) throw error;
    }
  }

  /** Count what came. @param {number} channel @param {Uint8Array} payload @param {boolean} [before] of an earlier page */
  tally(channel, payload, before = false) {
    if (channel !== Channel.TX) return;
    for (const one of packagesOf(payload, this.assembler)) {
      const status = one.id === Id.STATUS ? readStatus(one.payload) : null;
      if (status) this.pod.battery = status.battery_pct <= FULL_PCT ? status.battery_pct : null;
      if (one.id === Id.STREAMING_STARTED) this.started = true;
      this.count(one);
      if (!before) for (const listener of this.listeners) listener(one);
    }
  }

  /** @param {import("./capture2go.js").Package} one */
  count(one) {
    const samples = readSamples(one);
    if (!samples) return;
    const { pod } = this, first = Math.round(Number(samples.t_ns) / samples.period_ns), { newest } = pod.coverage;
    if (newest && (first < newest - samples.n || first > newest + LONGEST_GAP))
      pod.coverage = Object.assign(new Coverage(), { gone: pod.coverage.gone });
    else if (newest && first > newest) pod.coverage.giveUp(newest, first);
    pod.coverage.add(first, samples.n);
    pod.lastMs = performance.now();
  }

  /** Send a command and return the answer, which stands behind all that the pod held back.
   * @param {number} command @param {number} answer @param {Uint8Array} [payload]
   * @returns {Promise<import("./capture2go.js").Package>} */
  async request(command, answer, payload) {
    /** @type {import("./capture2go.js").Package | null} */
    let taken = null;
    let heard = false, left = MOST_WAITS;
    let done = () => {};
    const listen = (/** @type {import("./capture2go.js").Package} */ one) => {
      heard = true;
      const refused = one.id === Id.ERROR ? readRefusal(one.payload) : null;
      if (one.id !== answer && refused?.command !== command) return;
      taken ??= one;
      done();
    };
    this.listeners.add(listen);
    try {
      for (let attempt = 0; attempt < ATTEMPTS && !taken; attempt++) {
        await this.pod.write(Channel.RX, frame(command, payload));
        do {
          heard = false;
          if (!taken) await Promise.race([new Promise((go) => (done = () => go(undefined))), sleep(ANSWER_MS)]);
        } while (!taken && heard && left-- > 0 && this.pod.device.gatt?.connected);
      }
    } finally {
      this.listeners.delete(listen);
    }
    return answered(taken);
  }
}

/** @param {import("./capture2go.js").Package | null} taken */
function answered(taken) {
  if (!taken) throw new Error("it does not answer; switch it off and on");
  const refused = taken.id === Id.ERROR ? readRefusal(taken.payload) : null;
  if (refused) throw new Refused(refused.code);
  return taken;
}

/** @param {import("./capture2go.js").Mode | null} does @param {import("./capture2go.js").Mode} wanted */
const same = (does, wanted) =>
  does !== null && Object.entries(wanted).every(([key, value]) => does[/** @type {"packed"} */ (key)] === value);
