// Makes the page quicker and easier to leave. Nothing of the conversation is decided here, and nothing is stored.
"use strict";
(() => {
  const doc = document;
  const exit = doc.body.dataset.exit;
  const idle = Number(doc.body.dataset.idleMinutes) * 60000;
  const patience = 30000;
  const main = doc.getElementById("main");
  const trouble = doc.getElementById("trouble");
  const presses = doc.getElementById("presses");
  let gone = false;
  let asking = null;

  // Leaving: blank first, ask nothing of the network, then go, in place of this page's entry in the history.

  const blank = () => { doc.body.textContent = ""; };

  const leave = () => {
    gone = true;
    blank();
    if (asking) asking.abort();
    const form = new Blob(["script=1"], { type: "application/x-www-form-urlencoded" });
    try {
      if (!navigator.sendBeacon("/leave", form)) throw new Error("refused");
    } catch {
      fetch("/leave", { method: "POST", body: form, keepalive: true }).catch(() => {});
    }
    location.replace(exit);
  };

  // A page that the browser kept whole (to go Back to) must not come up again as it was.
  addEventListener("pagehide", blank);
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
    else presses.textContent = count === 1 ? "Press Shift twice more to leave." : "Press Shift once more to leave.";
  }, true);

  // After ten minutes without a touch the page blanks. Timers sleep with the device, so the clock is asked as well.

  let touched = Date.now();
  let asleep = false;
  const sleepIfDue = () => {
    if (asleep || gone || Date.now() - touched < idle) return;
    asleep = true;
    if (asking) asking.abort();
    blank();
    const wake = doc.createElement("button");
    wake.textContent = "Continue";
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

  const say = (html) => {
    if (html === null) trouble.replaceChildren(doc.getElementById("not-sent").content.cloneNode(true));
    else trouble.innerHTML = html;
  };

  const ask = async (url, options, from) => {
    if (asking || gone || asleep) return;
    asking = new AbortController();
    const timer = setTimeout(() => asking.abort(), patience);
    main.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, {
        ...options, headers: { "X-Part": "1" }, signal: asking.signal, redirect: "error", cache: "no-store",
      });
      if (answer.status === 204) return leave();
      const html = await answer.text();
      if (!gone && !asleep) show(answer.headers.get("X-Kind"), html, from);
    } catch {
      if (!gone && !asleep) say(null);
    } finally {
      clearTimeout(timer);
      asking = null;
      main.removeAttribute("aria-busy");
    }
  };

  const show = (kind, html, from) => {
    const part = doc.createElement("template");
    part.innerHTML = html;
    if (kind === "trouble") {
      // The question and what he wrote stay as they are, so that he can send it again.
      const said = part.content.querySelector(".said");
      trouble.replaceChildren(...said.querySelectorAll("p"));
      return;
    }
    say("");
    const old = from && from.closest(".card");
    const card = part.content.querySelector(".card");
    if (kind === "card" && old && card) {
      old.replaceWith(card);
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
      return;
    }
    main.replaceChildren(part.content);
    scrollTo(0, 0);
    (main.querySelector(".said, .card") || main).focus({ preventScroll: true });
  };

  doc.addEventListener("submit", (event) => {
    const button = event.submitter;
    // A browser too old to say which button it was sends the form itself.
    if (!button) return;
    event.preventDefault();
    if (button.matches("[data-leave]")) return leave();
    const form = new URLSearchParams(new FormData(event.target));
    if (button.name) form.append(button.name, button.value);
    if (form.has("words") && !form.get("words").trim()) return;
    ask("/", { method: "POST", body: form }, event.target);
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

  doc.documentElement.dataset.script = "";
})();
