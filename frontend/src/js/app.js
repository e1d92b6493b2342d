// Every page loads this one script; charts and maps come only where a page holds one.
import htmx from "htmx.org/dist/htmx.esm.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startIslands } from "./islands.js";
import { startKeys } from "./keys.js";
import { startSchemes } from "./schemes.js";
import { startTerms } from "./terms.js";
import { startToasts } from "./toasts.js";
import { startUploads } from "./uploads.js";

startSchemes();
startDialogs();
startForms();
startKeys();
startTerms();
startToasts(htmx);
startUploads();
startIslands(document);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) print();
});
document.addEventListener("htmx:after:swap", () => startIslands(document));
document.documentElement.dataset.ready = "true";
