// @ts-check
/** Keeps the page on the phone, so that it opens without a network. The network's copy goes first. */

const KEPT = "midstance-1";
const FILES = [
  "./", "index.html", "style.css", "icon.svg", "manifest.webmanifest", "main.js", "recording.js", "pod.js",
  "waiting.js", "coverage.js", "journal.js", "orp_v1.js", "orp_v1_pod.js", "capture2go.js", "capture2go_pod.js", "storage.js",
  "storage_worker.js",
];

self.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("fetch", (/** @type {any} */ event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request)
      .then((answer) => {
        const copy = answer.clone();
        if (answer.ok) event.waitUntil(caches.open(KEPT).then((cache) => cache.put(event.request, copy)));
        return answer;
      })
      .catch(() => caches.match(event.request)),
  );
});
