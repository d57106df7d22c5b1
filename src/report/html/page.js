"use strict";
// Hides what the filter takes away, and opens all folds for the printer. The page is whole without it.
(() => {
  const form = document.querySelector(".filters");
  const roles = [...document.querySelectorAll(".role")];
  const narrow = () => {
    const text = form.elements.text.value.trim().toLowerCase();
    const worst = form.elements.worst.value;
    let left = 0;
    roles.forEach((role, place) => {
      const fits = role.dataset.words.includes(text)
        && (worst !== "fail" || role.dataset.verdict === "fail")
        && (worst !== "high" || role.dataset.high === "true");
      left += fits ? 1 : 0;
      for (const part of [role, document.querySelector(`tr[data-role="${place}"]`)]) {
        if (part) part.toggleAttribute("data-hidden", !fits);
      }
    });
    form.querySelector("output").textContent = `${left} of ${roles.length} roles`;
  };
  if (form) {
    form.hidden = false;
    form.addEventListener("input", narrow);
    form.addEventListener("submit", (event) => event.preventDefault());
    narrow();
  }
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
  });
})();
