// @ts-check
/** Writes one journal in place, in the browser's own files, and says how much of it is on the disk.
 * Only a worker may do so, and only this way survives that the browser is killed. */

/** @type {FileSystemSyncAccessHandle | null} */
let file = null;
let at = 0, synced = 0;

const SYNC_MS = 500;

onmessage = async ({ data }) => {
  try {
    if (data.open) await open(data.open);
    else if (data.close) close();
    else if (file) at += file.write(data.bytes, { at });
  } catch (error) {
    postMessage({ trouble: `${error}` });
  }
};

/** @param {string} name */
async function open(name) {
  const folder = await navigator.storage.getDirectory();
  const entry = await folder.getFileHandle(name, { create: true });
  file = await entry.createSyncAccessHandle();
  at = synced = file.getSize();
  setInterval(sync, SYNC_MS);
  postMessage({ opened: at });
}

function sync() {
  if (!file || at === synced) return;
  try {
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
  postMessage({ closed: synced });
}
