// @ts-check
/** Writes one journal in place, in the browser's own files, and says how much of it is on the disk.
 * Only a worker may do so, and only this way survives that the browser is killed. */

/** @type {FileSystemSyncAccessHandle | null} */
let file = null;
let at = 0, synced = 0, name = "";
/** What the browser has not taken yet, in order: held until it does. @type {Uint8Array[]} */
let waiting = [];

const SYNC_MS = 500;
const LOOK_EVERY = 6; // times that is synced
let looks = 0;

onmessage = async ({ data }) => {
  try {
    if (data.open) await open(data.open);
    else if (data.close) close();
    else {
      waiting.push(data.bytes);
      write();
    }
  } catch (error) {
    postMessage({ trouble: `${error}` });
  }
};

/** Hand over what waits, for as long as the browser takes it. */
function write() {
  while (file && waiting.length) {
    const taken = file.write(waiting[0], { at });
    at += taken;
    if (taken < waiting[0].length) {
      waiting[0] = waiting[0].subarray(taken);
      throw new Error("it takes no more");
    }
    waiting.shift();
  }
}

/** @param {string} called */
async function open(called) {
  name = called;
  const folder = await navigator.storage.getDirectory();
  const entry = await folder.getFileHandle(name, { create: true });
  file = await entry.createSyncAccessHandle();
  at = synced = file.getSize();
  setInterval(sync, SYNC_MS);
  postMessage({ opened: at });
}

/** Say so where the file is there no more: somebody cleared what this page keeps. */
async function look() {
  try {
    const folder = await navigator.storage.getDirectory();
    await folder.getFileHandle(name);
  } catch {
    postMessage({ cleared: true });
  }
}

function sync() {
  if (!file) return;
  if (looks++ % LOOK_EVERY === 0) look();
  try {
    write();
    if (at === synced) return;
    file.flush();
    synced = at;
    postMessage({ synced });
  } catch (error) {
    postMessage({ trouble: `${error}` });
  }
}

function close() {
  sync();
  file?.close();
  file = null;
  postMessage({ closed: synced, unwritten: waiting.reduce((sum, one) => sum + one.length, 0) });
}
