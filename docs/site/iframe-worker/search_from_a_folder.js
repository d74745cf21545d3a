// Browsers start no worker for a page that is opened from a folder, and the theme searches in one.
// There, a hidden frame stands in for it. The theme looks for the name IFrameWorker, and waits for
// what importScripts returns.
"use strict"
if (location.protocol === "file:") {
  const inFrame = `
    function postMessage(data) { parent.postMessage(data, "*") }
    async function importScripts(...urls) {
      for (const url of urls) {
        await new Promise((done) => {
          const script = document.createElement("script")
          script.onload = script.onerror = done
          script.src = url
          document.head.append(script)
        })
      }
    }`
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      const address = new URL(url, location.href).href.replaceAll('"', "%22")
      this.frame.srcdoc = `<script>${inFrame}</script><script src="${address}"></script>`
      this.ready = new Promise((done) => { this.frame.onload = done })
      window.addEventListener("message", (event) => {
        if (event.source === this.frame.contentWindow) {
          this.dispatchEvent(new MessageEvent("message", { data: event.data }))
        }
      })
      document.body.append(this.frame)
    }
    postMessage(data) {
      this.ready.then(() => {
        const inside = this.frame.contentWindow // its own postMessage answers
        inside.dispatchEvent(new inside.MessageEvent("message", { data }))
      })
    }
  }
  window.Worker = window.IFrameWorker
}
