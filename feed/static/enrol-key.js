// The owner's own key: made in this browser, kept by it, and readable by nobody.
import { el, now, root } from "./enrol-page.js";

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

function inStore(mode, act) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("greenroom", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const request = act(opening.result.transaction("keys", mode).objectStore("keys"));
      request.onerror = () => failed(request.error);
      request.onsuccess = () => { opening.result.close(); done(request.result); };
    };
  });
}

// The key pair of this account in this browser. Its private half cannot be read, not even by this page.
export async function ownKeys() {
  const name = root.dataset.account;
  const found = await inStore("readonly", (store) => store.get(name));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  await inStore("readwrite", (store) => store.put(made, name));
  return made;
}

export const publicHalf = async (keys) => base64(await crypto.subtle.exportKey("raw", keys.publicKey));

export async function signature() {
  if (!now.keys) return null;
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return base64(await crypto.subtle.sign(algorithm, now.keys.privateKey, bytesOf(now.begun.sign)));
}

if (!window.crypto?.subtle || !window.indexedDB) {
  const box = el("terms").elements.ownkey;
  box.checked = false;
  box.disabled = true;
}
