// SPDX-License-Identifier: Apache-2.0
// Adds what happens to the list that a page ends with. Everything can be read without it.
//
// <tbody data-live="PATH"> is given a row for each server-sent event of PATH: the event's data is
// {"link": PATH, "decision": "allow" | "deny" | "implicit", "cells": [TEXT, ...]}, the first cell
// is the link's text and the last one the decision's.
//
// A policy in the editor is checked whenever its author pauses: what the button Check would show
// takes the place of the parts with data-checked.
"use strict";

(function () {
  const most = 200;
  const list = document.querySelector("[data-live]");
  if (!list || !window.EventSource) {
    return;
  }
  const pause = document.querySelector("button[data-pause]");
  const state = document.querySelector("[data-live-state]");
  let waiting = [];
  let paused = false;

  function element(name, text, attributes) {
    const made = document.createElement(name);
    made.textContent = text;
    for (const key of Object.keys(attributes)) {
      made.setAttribute(key, attributes[key]);
    }
    return made;
  }

  function row(event) {
    const made = document.createElement("tr");
    event.cells.forEach(function (text, number) {
      const cell = document.createElement("td");
      const last = number === event.cells.length - 1;
      if (number === 0 && /^\/(?![\/\\])/.test(event.link)) {
        cell.append(element("a", text, { href: event.link }));
      } else if (last) {
        cell.append(element("span", text, { class: "badge " + event.decision }));
      } else {
        cell.textContent = text;
      }
      made.append(cell);
    });
    return made;
  }

  function show() {
    waiting.slice(-most).forEach(function (event) {
      list.prepend(row(event));
    });
    waiting = [];
    while (list.rows.length > most) {
      list.lastElementChild.remove();
    }
  }

  function tell(text) {
    if (state && state.textContent !== text) {
      state.textContent = text;
    }
  }

  const source = new EventSource(list.dataset.live);
  source.onopen = function () {
    tell(paused ? "Paused" : "Live");
  };
  source.onerror = function () {
    tell(source.readyState === EventSource.CLOSED ? "Ended: reload the page" : "Connecting");
  };
  source.onmessage = function (message) {
    waiting = waiting.slice(1 - most).concat(JSON.parse(message.data));
    if (!paused) {
      show();
    }
  };
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", function () {
      paused = !paused;
      pause.textContent = paused ? "Go on" : "Pause";
      tell(paused ? "Paused" : "Live");
      if (!paused) {
        show();
      }
    });
  }
})();

(function () {
  const pauseMs = 500;
  const form = document.querySelector("form.editor");
  let timer = 0;
  let last = 0;
  if (!form || !window.fetch) {
    return;
  }

  function show(html) {
    const checked = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-checked]").forEach(function (part) {
      const name = part.dataset.checked;
      const fresh = checked.querySelector("[data-checked=" + name + "]");
      if (fresh) {
        part.replaceWith(document.adoptNode(fresh));
      }
    });
  }

  async function check() {
    const number = ++last;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("choice", "check");
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const html = await answer.text();
    if (answer.ok && number === last) {
      show(html);
    }
  }

  form.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      check().catch(function () {}); // the button says what is wrong
    }, pauseMs);
  });
})();
