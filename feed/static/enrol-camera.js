// The camera: a challenge is drawn, the page leads through it, and the recording is looked at before it is handed in.
import { Refused, el, now, press } from "./enrol-page.js";
import { send } from "./enrol-server.js";

const LEAD = 1500, TURN = 2000, BACK = 1200, WORD = 1300, TAIL = 900; // milliseconds of each cue
const ENOUGH = 90_000; // milliseconds to film, look at it and hand it in
const HEARD = 0.005; // of full scale: louder is no silent microphone
const WAYS = { left: "Turn to your left", right: "Turn to your right", up: "Look up", down: "Look down" };
const PARTS = {
  before: ["hints", "camera-on", "file-instead", "back"],
  on: ["hints", "camera", "sound", "start", "file-instead"],
  filming: ["camera", "sound", "cue", "rec", "stop"],
  review: ["review", "hand-in", "again"],
  file: ["by-file", "file-hints", "redraw", "camera-instead"],
  chosen: ["by-file", "review", "hand-in", "redraw", "camera-instead"],
};

function stand(state) {
  const parts = new Set(Object.values(PARTS).flat());
  for (const id of parts) el(id).hidden = !PARTS[state].includes(id);
  el("camera").classList.toggle("recording", state === "filming");
}

async function draw() {
  now.challenge = { ...(await send("/challenge")), drawn: performance.now() };
}

const left = () => now.challenge.seconds * 1000 - (performance.now() - now.challenge.drawn);

async function open() {
  if (!navigator.mediaDevices?.getUserMedia) throw new Refused("This browser gives pages no camera here. Use a file instead, or open this page over https.");
  await draw();
  try {
    now.stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
      audio: { channelCount: 1, noiseSuppression: false, autoGainControl: true },
    });
  } catch (error) {
    if (error.name === "NotAllowedError") throw new Refused("The camera or the microphone is not allowed. Allow both for this page in the browser's settings and turn the camera on again, or use a file instead.");
    if (error.name === "NotReadableError") throw new Refused("Another program uses the camera or the microphone. Close it and try again, or use a file instead.");
    throw new Refused("No camera with a microphone was found. Use a file instead.");
  }
  stand("on");
  el("preview").srcObject = now.stream;
  await el("preview").play();
  listen();
  el("start").focus();
}

function close() {
  now.stream?.getTracks().forEach((track) => track.stop());
  now.stream = null;
}

// The level of the microphone, so that a silent one is seen before and not after.
function listen() {
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  sound.createMediaStreamSource(now.stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let peak = 0;
  const tick = () => {
    if (!now.stream?.active) { sound.close(); return; }
    analyser.getFloatTimeDomainData(samples);
    const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    peak = Math.max(peak, level);
    el("level").value = Math.min(1, level * 4);
    el("heard").textContent = peak > HEARD ? "hears you" : "say something";
    requestAnimationFrame(tick);
  };
  tick();
}

// --- the guidance ----------------------------------------------------------------------------------------------------

class Stopped extends Error {}
let interrupt = () => {};

function cue(text, way = "none", count = "") {
  el("cue-text").textContent = text;
  el("cue-count").textContent = count;
  el("arrow").className = `arrow ${way}`;
  el("say").textContent = text;
}

async function guide() {
  const { directions, words } = now.challenge;
  const stopped = new Promise((_, failed) => { interrupt = () => failed(new Stopped()); });
  const pause = (milliseconds) => Promise.race([stopped, new Promise((done) => setTimeout(done, milliseconds))]);
  cue("Look into the camera");
  await pause(LEAD);
  for (const [number, direction] of directions.entries()) {
    cue(WAYS[direction], direction, `${number + 1} of ${directions.length}`);
    await pause(TURN);
    cue("Back to the middle");
    await pause(BACK);
  }
  cue("Now say each word");
  await pause(LEAD);
  for (const [number, word] of words.entries()) {
    cue(word, "none", `${number + 1} of ${words.length}`);
    await pause(WORD);
  }
  await pause(TAIL);
}

async function film() {
  if (left() < ENOUGH) await draw();
  const types = ["video/webm;codecs=vp8,opus", "video/mp4", "video/webm"];
  const mimeType = types.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(now.stream, { mimeType, videoBitsPerSecond: 2_500_000, audioBitsPerSecond: 96_000 });
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  const ended = new Promise((done) => { recorder.onstop = () => { interrupt(); done(); }; }); // by us, or unplugged
  stand("filming");
  el("stop").focus({ preventScroll: true });
  el("camera").scrollIntoView({ block: "center" });
  recorder.start();
  try {
    await guide();
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    if (recorder.state !== "inactive") recorder.stop();
    await draw(); // each challenge is for one attempt
    stand(now.stream?.active ? "on" : "before");
    if (!now.stream?.active) throw new Refused("The camera went away. Turn it on again.");
    el("start").focus();
    return;
  }
  recorder.stop();
  await ended;
  close();
  look(new Blob(parts, { type: recorder.mimeType }), "review");
  el("hand-in").focus();
}

function look(recording, state) {
  now.recording = recording;
  URL.revokeObjectURL(el("playback").src);
  el("playback").src = URL.createObjectURL(recording);
  stand(state);
}

press("camera-on", open);
press("start", film);
press("again", open);
el("stop").addEventListener("click", () => interrupt());

// --- a file instead --------------------------------------------------------------------------------------------------

async function byFile() {
  close();
  await draw();
  const asked = el("asked");
  const strong = (text) => Object.assign(document.createElement("b"), { textContent: text });
  const until = new Date(Date.now() + left()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  asked.replaceChildren(
    "Within five minutes: turn your head ", strong(now.challenge.directions.join(", ")),
    " (your own left and right), each time back to the middle; then say, slowly: ", strong(now.challenge.words.join(" ")),
    `. Hand it in by ${until}.`,
  );
  el("recording").value = "";
  stand("file");
  asked.focus();
}

press("file-instead", byFile);
press("redraw", byFile);
press("camera-instead", async () => {
  stand("before");
  await open();
});

el("recording").addEventListener("change", () => {
  if (el("recording").files[0]) look(el("recording").files[0], "chosen");
});

document.addEventListener("anew", () => {
  close();
  stand("before");
});
