/* Keys for moderators. They only move the focus, tick boxes and choose answers: nothing is sent.
   Loaded where the person works with keys; every page works without this file. */
(() => {
  "use strict";

  const FIELDS = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  const OUTCOMES = { g: ["keep", "restore"], h: ["hide", "confirm"], m: ["mask"], d: ["move"] };

  const headings = () => Array.from(document.querySelectorAll("[data-case] h2 a"));

  function step(way) {
    const link = document.querySelector(`[data-key="${way > 0 ? "j" : "k"}"]`);
    if (link) { link.click(); return; }
    const all = headings();
    const here = all.findIndex((one) => one.closest("[data-case]").contains(document.activeElement));
    const next = all[here < 0 ? 0 : Math.min(Math.max(here + way, 0), all.length - 1)];
    if (next) next.focus();
  }

  function tick() {
    const card = document.activeElement.closest("[data-case]");
    const box = card && card.querySelector("input[name='case']");
    if (box) box.click();
  }

  function choose(key) {
    const all = OUTCOMES[key].map((value) => document.querySelector(`input[name='outcome'][value='${value}']`));
    const radio = all.find(Boolean);
    if (!radio || radio.disabled) return;
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function focusOn(selector) {
    const found = document.querySelector(selector);
    if (!found) return;
    const fold = found.closest("details");
    if (fold) fold.open = true;
    found.focus();
  }

  function help() {
    const keys = document.getElementById("keys");
    if (!keys) return;
    keys.open = !keys.open;
    if (keys.open) keys.querySelector("summary").focus();
  }

  const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    x: tick,
    c: () => focusOn("form[action$='/claim'] button"),
    n: () => focusOn("form[action$='/notes'] textarea"),
    u: () => focusOn("form[action$='/undoing'] button, form[action$='/undo'] button"),
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isField = event.target.matches(FIELDS);
    if (event.key === "Escape" && isField) { event.target.blur(); return; }
    if (isField) return;
    const key = event.key.toLowerCase();
    const act = ACTS[key] || (OUTCOMES[key] && (() => choose(key)));
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.getElementById("case-place");
    if (place && !location.hash && document.activeElement === document.body) place.focus();
  });
})();
