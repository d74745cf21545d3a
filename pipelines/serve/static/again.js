"use strict";
// Runners are still being looked at: load the page again, unless somebody is reading further down.
setTimeout(() => { if (scrollY < 200) location.reload(); }, 2000);
