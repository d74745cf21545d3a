// @ts-check
/** The journals kept in the browser: write one, list them, read them, throw one away. */

const SUFFIX = ".journal";

const folder = () => navigator.storage.getDirectory();

/** The names of the journals that are kept, oldest first. */
export async function kept() {
  const names = [];
  for await (const name of /** @type {any} */ (await folder()).keys()) if (name.endsWith(SUFFIX)) names.push(name);
  return names.sort();
}

/** @param {string} name */
export const read = async (name) => (await (await folder()).getFileHandle(name)).getFile();

/** @param {string} name */
export const discard = async (name) => (await folder()).removeEntry(name);

/** Ask the browser to keep what is stored, and say in MB how much room there is. */
export async function room() {
  const lasting = (await navigator.storage.persist?.()) ?? false;
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return { lasting, freeMb: (quota - usage) / 1e6 };
}

const ROOM = "The browser takes no more: free some room on this phone. What comes meanwhile is held, and written as soon as it does.";
const CLEARED = "What this page keeps was cleared, and this recording with it: stop, and begin a new one.";

/** One journal that is being written: `syncedBytes` of it are on the disk. */
export class OpenFile {
  /** @param {string} name @param {(words: string) => void} onTrouble */
  constructor(name, onTrouble) {
    this.name = name;
    this.syncedBytes = 0;
    this.unwrittenBytes = 0;
    this.worker = new Worker("storage_worker.js");
    /** @type {Record<string, () => void>} */
    const waiting = {};
    this.until = (/** @type {string} */ what) => new Promise((done) => (waiting[what] = () => done(undefined)));
    this.worker.onmessage = ({ data }) => {
      if (data.trouble) onTrouble(ROOM);
      if (data.cleared) onTrouble(CLEARED);
      if (data.unwritten) this.unwrittenBytes = data.unwritten;
      if (data.synced ?? data.closed) this.syncedBytes = data.synced ?? data.closed;
      for (const what of Object.keys(data)) waiting[what]?.();
    };
  }

  async open() {
    const opened = this.until("opened");
    const failed = this.until("trouble").then(() => {
      throw new Error("The browser gives no room to write: free some, and close other tabs of this page.");
    });
    this.worker.postMessage({ open: this.name });
    await Promise.race([opened, failed]);
    failed.catch(() => undefined);
  }

  /** @param {Uint8Array} bytes */
  append(bytes) {
    this.worker.postMessage({ bytes }, [bytes.buffer]);
  }

  async close() {
    const closed = this.until("closed");
    this.worker.postMessage({ close: true });
    await closed;
    this.worker.terminate();
  }
}
