// A page that is being left by a form must not be led elsewhere by what it still hears: signing out
// ends its stream, and that would lead to the sign-in.
addEventListener("submit", (event) => {
  if (!event.target.matches("[hx-get], [hx-post]")) {
    document.querySelectorAll("[sse-connect]").forEach((one) => htmx.remove(one));
  }
});

// What somebody opened stays open when the part around it is brought up to date.
addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  const name = (details) => details.querySelector("summary")?.textContent.trim();
  const opened = new Set([...target.querySelectorAll("details[open]")].map(name));
  fragment.querySelectorAll("details").forEach((one) => {
    if (opened.has(name(one))) one.open = true;
  });
});
