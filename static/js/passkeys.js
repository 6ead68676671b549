/* Passkeys: asks the browser to make or use one, then sends its answer with the page's own form. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  async function asked(form) {
    const answer = await fetch(form.dataset.challenge, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
      credentials: "same-origin",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function make(form) {
    const options = await asked(form);
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    (options.excludeCredentials || []).forEach((known) => { known.id = bytes(known.id); });
    return navigator.credentials.create({ publicKey: options });
  }

  async function use(form) {
    const options = await asked(form);
    options.challenge = bytes(options.challenge);
    (options.allowCredentials || []).forEach((known) => { known.id = bytes(known.id); });
    return navigator.credentials.get({ publicKey: options });
  }

  function said(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: {},
    });
  }

  function tell(words) {
    const line = document.getElementById("status");
    if (line) line.textContent = words;
  }

  async function send(event) {
    const form = event.target;
    if (!form.matches("[data-passkey]") || form.elements.credential.value) return;
    event.preventDefault();
    tell("");
    try {
      const credential = await (form.dataset.passkey === "create" ? make(form) : use(form));
      form.elements.credential.value = said(credential);
      form.submit();
    } catch (_refused) {
      tell(form.dataset.failed);
    }
  }

  document.addEventListener("submit", send);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-passkey]").forEach((form) => { form.hidden = false; });
    document.querySelectorAll("[data-passkey-missing]").forEach((line) => { line.hidden = true; });
  });
})();
