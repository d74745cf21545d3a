// @ts-check
/** How an ORP pod is begun, followed and ended, and how what the link lost is fetched from its ring. */

import { Coverage } from "./coverage.js";
import {
  BATTERY_SERVICE, CHANNELS, Channel, Kind, Op, Result, SERVICE, command, config, pair, readAnswer, readFrame,
  readPair, readStarted,
} from "./orp_v1.js";
import { sleep, within } from "./waiting.js";

const ATTEMPTS = 3, ANSWER_MS = 2000, BULK_MS = 15000, PORTION = 400, REST_MS = 20000;
const WANTED = { rateHz: 200, accRangeG: 16, gyrRangeDps: 2000, latencyMs: 100 };

export class OrpPod {
  static PROTOCOL = "orp_v1";
  static SERVICE = SERVICE;

  /** @param {import("./pod.js").Pod} pod */
  constructor(pod) {
    this.pod = pod;
    this.tStartUs = /** @type {bigint | null} */ (null);
    this.requestId = 0;
  }

  /** What of all it says is repeated in the journal, for the rest cannot be read without. @param {number} channel */
  keeps(channel) {
    return channel === Channel.INFO || channel === Channel.CONTROL;
  }

  /** @param {BluetoothRemoteGATTServer} server */
  async begin(server) {
    const { pod } = this;
    const service = await server.getPrimaryService(SERVICE);
    for (const channel of [Channel.INFO, Channel.CONTROL, Channel.STREAM, Channel.BULK, Channel.STATUS])
      pod.characteristics[channel] = await service.getCharacteristic(CHANNELS[channel]);
    await pod.read(Channel.INFO);
    for (const channel of [Channel.CONTROL, Channel.BULK, Channel.STREAM, Channel.STATUS])
      await pod.subscribe(channel);
    const configured = await this.ask(Op.CONFIG, config(WANTED));
    if (![Result.OK, Result.STATE].includes(configured.result)) throw new Error("it refuses its configuration; update its firmware");
    const started = await this.ask(Op.START);
    const at = readStarted(started.data);
    if (started.result !== Result.OK || !at) throw new Error("it refuses to start; switch it off and on");
    // Another time of index 0 is another sampling: what was missing of the one before is gone.
    if (at.tStartUs !== this.tStartUs && pod.coverage.newest) pod.coverage = Object.assign(new Coverage(), { gone: pod.coverage.missing });
    this.tStartUs = at.tStartUs;
    await this.readBattery(server);
  }

  /** @param {BluetoothRemoteGATTServer} server */
  async readBattery(server) {
    try {
      const service = await server.getPrimaryService(BATTERY_SERVICE);
      this.pod.characteristics[Channel.BATTERY] = await service.getCharacteristic(CHANNELS[Channel.BATTERY]);
      await this.pod.read(Channel.BATTERY);
    } catch {
      return; // not every pod has it
    }
  }

  /** Count what came. @param {number} channel @param {Uint8Array} payload @param {boolean} [before] of an earlier page */
  tally(channel, payload, before = false) {
    if (channel === Channel.BATTERY || channel === Channel.STATUS) this.pod.battery = payload[0] <= 100 ? payload[0] : null;
    if (channel === Channel.CONTROL && before) this.recall(payload);
    if (channel !== Channel.STREAM && channel !== Channel.BULK) return;
    const frame = readFrame(payload);
    if (!frame || frame.kind !== Kind.RAW6) return;
    const added = this.pod.coverage.add(frame.index, frame.n);
    if (before) return;
    if (channel === Channel.BULK) this.pod.fetched += added;
    else this.pod.lastMs = performance.now();
  }

  /** Let an answer of an earlier page say where the sampling began. @param {Uint8Array} payload */
  recall(payload) {
    const answer = readAnswer(payload);
    const started = answer?.op === Op.START && answer.result === Result.OK ? readStarted(answer.data) : null;
    if (started && started.tStartUs !== this.tStartUs) {
      this.tStartUs = started.tStartUs;
      this.pod.coverage = new Coverage();
    }
  }

  /** @param {number} op @param {Uint8Array} [data] */
  async ask(op, data) {
    this.requestId = 1 + (this.requestId % 250);
    const request = command(op, this.requestId, data);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answered = this.pod.next(Channel.CONTROL, (payload) => {
        const answer = readAnswer(payload);
        return answer && answer.op === op && answer.requestId === request[1] ? answer : null;
      }, ANSWER_MS);
      await this.pod.write(Channel.CONTROL, request);
      const answer = await answered;
      if (answer) return answer;
    }
    throw new Error("it does not answer; switch it off and on");
  }

  /** Fetch holes as they show, beside the live frames, for as long as the link lasts. */
  async hold() {
    while (this.pod.device.gatt?.connected && !this.pod.ending) {
      if (!(await this.fetchOldest())) await sleep(300);
    }
  }

  /** Fetch what is missing and stop the pod. */
  async end() {
    await within(this.fetchAll(), REST_MS, "");
    await this.ask(Op.STOP);
  }

  async fetchAll() {
    while (await this.fetchOldest());
  }

  /** Fetch a portion of the oldest hole; false where there is none. */
  async fetchOldest() {
    const { pod } = this, hole = pod.coverage.hole(PORTION);
    if (!hole) return false;
    const ended = pod.next(Channel.BULK, (payload) => {
      const frame = readFrame(payload);
      return frame && frame.kind === Kind.END && frame.index > hole.first ? frame : null;
    }, BULK_MS);
    const answer = await this.ask(Op.BACKFILL, pair(hole.first, hole.stop - hole.first));
    if (answer.result === Result.RANGE) {
      pod.coverage.giveUp(hole.first, hole.stop);
      return true;
    }
    const held = readPair(answer.data);
    if (!held) throw new Error("it does not say what it holds; switch it off and on");
    if (held[0] > hole.first) pod.coverage.giveUp(hole.first, Math.min(hole.stop, held[0]));
    await ended;
    return true;
  }
}
