// A page that is being left by a form must not be led elsewhere by what it still hears: signing out
// ends its stream, and that would lead to the sign-in.
addEventListener("submit", (event) => {
  if (!event.target.matches("[hx-get], [hx-post]")) {
    document.querySelectorAll("[sse-connect]").forEach((one) => htmx.remove(one));
  }
});
