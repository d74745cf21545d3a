"use strict";
// What is being recorded, as the server draws it, whenever there is something new to see.
const now = document.getElementById("now");
const lost = document.getElementById("lost");
const told = new EventSource("live/events");
told.onmessage = (event) => { now.innerHTML = JSON.parse(event.data); };
told.onopen = () => { lost.hidden = true; };
told.onerror = () => { lost.hidden = false; };
