// Makes the page quicker and easier to leave. Nothing of the conversation is decided here, and nothing is stored.
"use strict";
(() => {
  const doc = document;
  const exit = doc.body.dataset.exit;
  const idle = Number(doc.body.dataset.idleMinutes) * 60000;
  const patience = 30000;
  const root = doc.documentElement;
  const main = doc.getElementById("main");
  const trouble = doc.getElementById("trouble");
  const presses = doc.getElementById("presses");
  let gone = false;
  let asking = null;

  // What the page itself says comes with it, in the language of the chat.
  const saying = (name) => [...doc.getElementById("sayings").content.querySelector(`.${name}`).cloneNode(true).childNodes];

  // Leaving: blank first, ask nothing of the network, then go, in place of this page's entry in the history.

  const blank = () => { doc.body.textContent = ""; };

  // The chat's name lies in two cookies. This one is torn up here, so that the other opens nothing any more, whether
  // or not our server ever hears that he left. The half is sent along, for the server needs both to delete his answers.
  const tearUp = () => {
    const half = /(?:^|; )p=([\w-]*)/.exec(doc.cookie);
    doc.cookie = "p=; Path=/; Max-Age=0; SameSite=Strict";
    return half ? half[1] : "";
  };

  const tell = (half) => {
    const form = new Blob([`script=1&half=${half}`], { type: "application/x-www-form-urlencoded" });
    try {
      if (!navigator.sendBeacon("/leave", form)) throw new Error("refused");
    } catch {
      fetch("/leave", { method: "POST", body: form, keepalive: true }).catch(() => {});
    }
  };

  const go = () => {
    gone = true;
    blank();
    if (asking) asking.abort();
    location.replace(exit);
  };

  const leave = () => {
    go();
    tell(tearUp());
    if (others) others.postMessage("");
  };

  // The same chat in another tab goes too.
  const others = "BroadcastChannel" in window ? new BroadcastChannel("left") : null;
  if (others) others.onmessage = go;

  // A page that the browser kept whole (to go Back to) must not come up again as it was. An answer that came in at the
  // very moment of leaving may have brought the cookie back.
  addEventListener("pagehide", () => {
    blank();
    if (gone) tearUp();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    blank();
    if (gone) location.replace(exit);
    else location.reload();
  });

  // Three presses of Shift within five seconds, each alone: Shift held to write a capital does not count.

  let alone = false;
  let count = 0;
  let first = 0;
  const startOver = () => {
    alone = false;
    count = 0;
    presses.textContent = "";
  };
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    if (event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey) alone = true;
    else startOver();
  }, true);
  addEventListener("pointerdown", startOver, true);
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone || gone) return;
    alone = false;
    if (count === 0 || event.timeStamp - first > 5000) {
      count = 0;
      first = event.timeStamp;
    }
    count += 1;
    if (count === 3) leave();
    else presses.replaceChildren(...saying(count === 1 ? "shift_twice" : "shift_once"));
  }, true);

  // After ten minutes without a touch the page blanks. Timers sleep with the device, so the clock is asked as well.

  let touched = Date.now();
  let asleep = false;
  const sleepIfDue = () => {
    if (asleep || gone || Date.now() - touched < idle) return;
    asleep = true;
    if (asking) asking.abort();
    const wake = doc.createElement("button");
    wake.append(...saying("wake"));
    blank();
    wake.className = "wake";
    wake.addEventListener("click", () => location.reload());
    doc.body.append(wake);
  };
  const touch = () => {
    sleepIfDue();
    touched = Date.now();
  };
  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, touch, { capture: true, passive: true });
  doc.addEventListener("visibilitychange", sleepIfDue);
  setInterval(sleepIfDue, 5000);

  // Talking: send a form or open a link of ours, and put what comes back in place.

  const complain = (lang, said) => {
    trouble.lang = lang;
    trouble.replaceChildren(...said);
  };

  const ask = async (url, options, from) => {
    if (asking || gone || asleep) return;
    asking = new AbortController();
    const timer = setTimeout(() => asking.abort(), patience);
    main.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, {
        ...options, headers: { "X-Part": root.lang }, signal: asking.signal, redirect: "error", cache: "no-store",
      });
      if (answer.status === 204) return leave();
      const html = await answer.text();
      if (!gone && !asleep) show(answer.headers.get("X-Kind"), html, from);
    } catch {
      if (!gone && !asleep) complain(root.lang, saying("not_sent"));
    } finally {
      clearTimeout(timer);
      asking = null;
      main.removeAttribute("aria-busy");
    }
  };

  const show = (kind, html, from) => {
    const came = doc.createElement("template");
    came.innerHTML = html;
    const part = came.content;
    if (kind === "trouble") {
      // The question and what he wrote stay as they are, so that he can send it again.
      complain(part.querySelector("#talk").lang, part.querySelectorAll(".said p"));
      return;
    }
    complain(root.lang, []);
    const old = from && from.closest(".card");
    const card = part.querySelector(".card");
    if (kind === "card" && old && card) {
      old.replaceWith(card);
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
      return;
    }
    const around = part.querySelector("#surroundings");
    if (around) {
      root.lang = around.lang;
      root.dir = around.dir;
      for (const piece of [...around.content.children]) doc.getElementById(piece.id).replaceWith(piece);
    }
    // A tick is told by its own button. Everything else is told by the live region, and he stands where it begins.
    const ticked = from && from.matches("[aria-pressed]") && part.querySelector(sameAs(from));
    const talk = doc.getElementById("talk");
    talk.setAttribute("aria-live", ticked ? "off" : "polite");
    for (const id of ["talk", "rest"]) doc.getElementById(id).replaceChildren(...part.getElementById(id).childNodes);
    if (ticked) {
      ticked.focus({ preventScroll: true });
      return;
    }
    scrollTo(0, 0);
    (talk.querySelector(".said, .card") || main).focus({ preventScroll: true });
  };

  // The same choice in the next turn: what comes before the dot counts the turns.
  const sameAs = (button) => `button[aria-pressed][value$="${CSS.escape(button.value.slice(button.value.indexOf(".")))}"]`;

  // The second half of a double tap: by then something else may stand where he tapped, and he did not mean that.
  doc.addEventListener("click", (event) => {
    if (event.detail < 2 || event.target.closest("[data-leave]") || !event.target.closest("button, a[data-part]")) return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });

  doc.addEventListener("submit", (event) => {
    const button = event.submitter;
    // A browser too old to say which button it was sends the form itself.
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-leave]")) return leave();
    const form = new URLSearchParams(new FormData(event.target));
    if (button.name) form.append(button.name, button.value);
    if (form.has("words") && !form.get("words").trim()) return;
    ask("/", { method: "POST", body: form }, button);
  });

  doc.addEventListener("click", (event) => {
    const target = event.target.closest("[data-leave], a[data-part]");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (target.matches("[data-leave]")) leave();
    else ask(target.getAttribute("href"), {}, null);
  });

  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.id !== "words") return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("button"));
  });

  root.dataset.script = "";
})();
