/* What a page gains where scripts run. Every page works without this file: see docs/design.md. */
(() => {
  "use strict";

  const status = () => document.getElementById("status");

  function tell(words, quiet) {
    const line = status();
    if (!line) return;
    line.classList.toggle("status--quiet", Boolean(quiet));
    line.textContent = words;
  }

  /* --- Focus: where the person's attention should be after a change ------------------------- */

  function focusOn(element) {
    if (!element) return;
    if (!element.matches("a, button, input, select, textarea, [tabindex]")) element.tabIndex = -1;
    element.focus();
  }

  function focusAfterLoad() {
    if (location.hash) return;
    const wanted = document.querySelector("#error-summary[data-focus-on-load]")
      || document.querySelector("[data-focus-on-load]");
    focusOn(wanted);
  }

  function focusAfterSwap(root) {
    const named = root.closest("[data-focus-on]") || root.querySelector("[data-focus-on]");
    if (named && document.getElementById(named.dataset.focusOn)) {
      focusOn(document.getElementById(named.dataset.focusOn));
      return;
    }
    focusOn(root.matches("[data-focus]") ? root : root.querySelector("[data-focus]"));
  }

  /* --- How many characters are left ------------------------------------------------------------ */

  function characters(text) {
    return Array.from(text.replace(/\r\n/g, "\n")).length;
  }

  function showCount(line) {
    const field = document.getElementById(line.dataset.countFor);
    if (!field) return;
    const left = Number(line.dataset.countMax) - characters(field.value);
    const size = Math.abs(left);
    const form = (left < 0 ? "over" : "left") + (size < 2 ? "One" : "Many");
    line.textContent = line.dataset[form].replace("{n}", size.toLocaleString(document.documentElement.lang));
    line.classList.toggle("count--over", left < 0);
  }

  /* --- Passwords can be looked at --------------------------------------------------------------- */

  function addShowButton(frame) {
    const field = frame.querySelector("input");
    if (!field || frame.querySelector("button")) return;
    const button = document.createElement("button");
    const name = document.createElement("span");
    button.type = "button";
    button.className = "button button--quiet";
    name.className = "visually-hidden";
    name.textContent = ` ${frame.dataset.name}`;
    button.append(frame.dataset.show, name);
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.firstChild.textContent = shown ? frame.dataset.show : frame.dataset.hide;
    });
    field.form.addEventListener("submit", () => { field.type = "password"; });
    frame.append(button);
  }

  /* --- What is being written survives a closed page; it never leaves this tab -------------------- */

  const PREFIX = "palabre:";
  const store = (() => {
    try { return window.sessionStorage; } catch (_refused) { return null; }
  })();

  function keyOf(field) {
    const person = document.querySelector(".masthead__name");
    return `${PREFIX}${person ? person.textContent : ""}:${location.pathname}:${field.form.getAttribute("action") || ""}:${field.name}`;
  }

  function keepsDraft(field) {
    return store && field instanceof HTMLTextAreaElement && field.form && field.name
      && field.form.method === "post";
  }

  function keep(field) {
    if (!keepsDraft(field)) return;
    try {
      if (field.value === field.defaultValue) store.removeItem(keyOf(field));
      else store.setItem(keyOf(field), field.value);
    } catch (_full) { /* a full store loses a comfort, not a text: the page still holds it */ }
  }

  function bringBack(field) {
    if (!keepsDraft(field) || field.value.trim()) return;
    const kept = store.getItem(keyOf(field));
    if (kept) field.value = kept;
  }

  function forget(form) {
    if (!store || !(form instanceof HTMLFormElement)) return;
    form.querySelectorAll("textarea").forEach((field) => {
      if (keepsDraft(field)) store.removeItem(keyOf(field));
    });
    if (form.classList.contains("masthead__out")) store.clear();
  }

  /* --- Everything on a page, or on a part that htmx brought ---------------------------------------- */

  function prepare(root) {
    root.querySelectorAll("textarea").forEach(bringBack);
    root.querySelectorAll("[data-count-for]").forEach(showCount);
    root.querySelectorAll(".password").forEach(addShowButton);
  }

  document.addEventListener("input", (event) => {
    keep(event.target);
    const line = event.target.id
      && document.querySelector(`[data-count-for="${CSS.escape(event.target.id)}"]`);
    if (line) showCount(line);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("hx-post")) forget(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => {
    prepare(document);
    focusAfterLoad();
  });

  document.addEventListener("htmx:beforeRequest", () => tell(""));
  document.addEventListener("htmx:afterRequest", (event) => {
    // `detail.elt` is what is left on the page; the form that was sent may be gone from it.
    if (event.detail.successful) forget(event.detail.requestConfig.elt);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.detail.elt;
    if (!root || root.id === "status" || !root.isConnected) return;
    prepare(root);
    focusAfterSwap(root);
    const said = root.matches("[data-announce]") ? root : root.querySelector("[data-announce]");
    if (said && status() && !status().textContent) tell(said.dataset.announce, true);
  });
  ["htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, () => tell(status().dataset.lost));
  });
})();
