// @ts-check
/** The page: who runs, which pods, how they are, stop, and the file to take home. */

import { isClosed } from "./journal.js";
import { BATTERY_SERVICE } from "./orp_v1.js";
import { FIRMWARES } from "./pod.js";
import { Recording } from "./recording.js";
import { discard, kept, read, room } from "./storage.js";

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);
const say = (/** @type {string} */ words) => (at("said").textContent = words);
const CALLED = { pelvis: "Pelvis", shank_left: "Left shank", shank_right: "Right shank" };
const STALE_S = 3;
const TAIL = 1 << 16;

/** @type {Recording | null} */
let recording = null;
/** @type {WakeLockSentinel | null} */
let awake = null;
let marked = 0, hiddenMs = 0;
let release = () => {};

/** What this browser lacks, in one sentence; empty where it has all. */
function lacking() {
  if (!window.isSecureContext) return "This page needs https, or this computer's own address.";
  if (!("bluetooth" in navigator)) return "This browser has no Bluetooth for pages. Use Chrome on Android, Windows or macOS.";
  if (!navigator.storage?.getDirectory) return "This browser cannot keep files for pages. Use a newer Chrome.";
  return "";
}

async function keepAwake() {
  try {
    awake = (await navigator.wakeLock?.request("screen")) ?? null;
  } catch {
    say("The screen may switch off by itself: set it to stay on.");
  }
}

/** @param {HTMLElement} parent @param {string} tag @param {string} text */
function add(parent, tag, text) {
  const one = document.createElement(tag);
  one.textContent = text;
  parent.append(one);
  return one;
}

const ANOTHER = "Another tab of this page is recording: go on there, or stop it first.";

/** Be the only tab that records, until it ends; throws where another is. @returns {Promise<() => void>} */
const alone = () =>
  new Promise((taken, refused) =>
    navigator.locks.request("recording", { ifAvailable: true }, (lock) => {
      if (!lock) {
        refused(new Error(ANOTHER));
        return undefined;
      }
      return new Promise((release) => taken(() => release(undefined)));
    }));

/** Begin or go on, alone. @param {() => Promise<Recording>} open */
async function opened(open) {
  const leave = await alone();
  try {
    await start(await open());
    release = leave;
  } catch (error) {
    leave();
    throw error;
  }
}

async function begin() {
  const athlete = at("athlete");
  if (!athlete.value || !athlete.checkValidity()) {
    say("Give a name that starts with a small letter and goes on with small letters, digits, - and _, for example ana.");
    return;
  }
  await guarded(() => opened(() => Recording.begin(athlete.value, say)));
}

/** @param {Recording} begun */
async function start(begun) {
  recording = begun;
  at("before").hidden = at("interrupted").hidden = true;
  at("during").hidden = false;
  await keepAwake();
  const { lasting, freeMb } = await room();
  say(lasting ? "" : `The browser may clear its files when room gets short (${Math.round(freeMb)} MB free): save soon after the run.`);
  setInterval(show, 500);
}

/** The pod that is tapped in the browser's chooser; null where that is closed. */
async function chosen() {
  try {
    return await navigator.bluetooth.requestDevice({
      filters: FIRMWARES.map(({ SERVICE }) => ({ services: [SERVICE] })),
      optionalServices: [BATTERY_SERVICE],
    });
  } catch (error) {
    if (/** @type {any} */ (error)?.name === "NotFoundError") return null;
    throw error;
  }
}

/** @param {string} placement */
async function choose(placement) {
  if (!recording) return;
  const device = await chosen();
  if (!device) return;
  const worn = recording.pods.find((pod) => pod.device.id === device.id);
  if (worn) {
    say(`${device.name} is the ${CALLED[/** @type {"pelvis"} */ (worn.placement)]} already; choose another.`);
    return;
  }
  if (recording.pods.some((pod) => pod.placement === placement)) {
    say("That place has a pod already; it is found again by itself.");
    return;
  }
  const pod = recording.wear(device, placement);
  at("pods").append(document.createElement("li"));
  pod.run();
  show();
}

/** Show how every pod is, and what is on the disk. */
function show() {
  if (!recording) return;
  recording.pods.forEach((pod, i) => {
    const line = at("pods").children[i];
    const ageS = (performance.now() - pod.lastMs) / 1000;
    const { missing, gone } = pod.coverage;
    const said = [`last sample ${ageS.toFixed(1)} s ago`, `${missing} missing`];
    if (pod.fetched) said.push(`${pod.fetched} fetched`);
    if (gone) said.push(`${gone} lost for good`);
    if (pod.battery !== null) said.push(`battery ${pod.battery} %`);
    line.replaceChildren();
    const first = add(line, "p", `${CALLED[/** @type {"pelvis"} */ (pod.placement)]} (${pod.device.name}): ${pod.state}`);
    if (pod.state !== "recording" || ageS > STALE_S) first.className = "caution";
    add(line, "p", said.join(", "));
    if (pod.words) add(line, "p", pod.words);
  });
  at("disk").textContent = `${(recording.file.syncedBytes / 1e6).toFixed(1)} MB are kept on this phone`;
}

async function stop() {
  if (!recording) return;
  at("stop").disabled = true;
  say("Fetching what is missing, then stopping the pods …");
  const unwritten = await recording.end();
  show();
  recording = null;
  release();
  await awake?.release();
  at("during").hidden = true;
  say(unwritten ? `The last ${Math.ceil(unwritten / 1e3)} kB found no room; all before is kept. Save the file.` : "Recorded. Save the file.");
  await list();
}

/** List what is kept, with what can be done with it. */
async function list() {
  at("kept").replaceChildren();
  const names = await kept();
  at("interrupted").hidden = !names.length;
  for (const name of names) {
    const line = add(at("kept"), "li", "");
    const file = await read(name);
    add(line, "p", `${name}, ${(file.size / 1e6).toFixed(1)} MB`);
    const buttons = add(line, "div", "");
    buttons.className = "choose";
    add(buttons, "button", "Save").onclick = () => guarded(() => save(name));
    const end = new Uint8Array(await file.slice(-TAIL).arrayBuffer());
    if (!isClosed(end))
      add(buttons, "button", "Go on recording").onclick = () => guarded(() => opened(() => Recording.goOn(name, say)));
    const remove = add(buttons, "button", "Remove");
    remove.onclick = () => guarded(async () => {
      if (remove.textContent !== "Remove for good?") {
        remove.textContent = "Remove for good?";
        return;
      }
      await discard(name);
      await list();
    });
  }
}

/** Hand the file over: to another app where the phone can, else to the downloads. @param {string} name */
async function save(name) {
  const file = await read(name);
  const shared = new File([file], name, { type: "application/octet-stream" });
  if (/Android/.test(navigator.userAgent) && navigator.canShare?.({ files: [shared] })) {
    await navigator.share({ files: [shared] });
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
}

/** Do something, and say what went wrong with it. @param {() => Promise<unknown>} work */
async function guarded(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Error ? error.message : `${error}`);
  }
}

at("begin").onclick = begin;
at("stop").onclick = () => guarded(stop);
at("mark").onclick = () => {
  marked += 1;
  recording?.note("marker", { number: marked });
  say(`Marked ${marked}.`);
};
for (const button of document.querySelectorAll("[data-placement]"))
  /** @type {HTMLElement} */ (button).onclick = () => guarded(() => choose(/** @type {any} */ (button).dataset.placement));
document.addEventListener("visibilitychange", () => {
  recording?.note(document.hidden ? "page hidden" : "page shown");
  if (document.hidden) hiddenMs = performance.now();
  if (!recording || document.hidden) return;
  keepAwake();
  const awayS = (performance.now() - hiddenMs) / 1000;
  say(`This page was hidden for ${awayS.toFixed(0)} s: what the pods still hold of that is fetched. Keep it in front.`);
});
addEventListener("beforeunload", (event) => {
  if (recording) event.preventDefault();
});

at("cannot").textContent = lacking();
at("cannot").hidden = !lacking();
at("begin").disabled = lacking() !== "";
if (!lacking()) guarded(list);
if (window.isSecureContext) navigator.serviceWorker?.register("service_worker.js").catch(() => undefined);
